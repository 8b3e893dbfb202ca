export interface Balancer {
  /** @returns the port; a free one for 0 */
  listen(port: number): Promise<number>;
  /** How many of the relays say that they are ready. */
  readyCount(): number;
  close(): void;
}
export function createBalancer(relays: () => readonly { port: number }[]): Balancer;
