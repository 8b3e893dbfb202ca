import type { Json, Version } from './model.ts';
import { isObject } from './values.ts';

/** What one may change while the sandbox runs, to see how a relay takes it. */
export interface Switches {
  /** Which server it speaks like. */
  chatwoot: Version;
  /** Whether deliveries are signed; null: as the version does (4.14 signs, 4.10 does not). */
  signRequests: boolean | null;
  /** Deliveries to loopback and private addresses fail, as on a plain 4.14. */
  refusePrivateAddresses: boolean;
  /** `/cable` is refused, and live sockets are cut. */
  refuseCable: boolean;
  /** No delivery and no frame but pings: only reading the API tells. */
  quiet: boolean;
  /** Deliveries wait until this is false again. */
  hold: boolean;
  /** This part of all deliveries is sent twice, 0 to 1. */
  double: number;
  /** Deliveries are gathered in batches of this size, or for 200 ms, and sent in another order; 0 keeps the order. */
  shuffle: number;
  /** So many deliveries to come are lost. */
  dropNext: number;
  /** Time from an event to its delivery, milliseconds. */
  delayMs: number;
  /** How long a receiver may take, milliseconds. */
  timeoutMs: number;
  /** Time before a bot of 4.14 that said 429 or 500 is told again, milliseconds. */
  retryMs: number;
  /** Deliveries leave, and are answered, before the request that caused them is. */
  deliverFirst: boolean;
  /** Feeds the chance in `double` and `shuffle`: the same seed, the same course. */
  seed: number;
}

export const normal: Switches = {
  chatwoot: '4.14',
  signRequests: null,
  refusePrivateAddresses: false,
  refuseCable: false,
  quiet: false,
  hold: false,
  double: 0,
  shuffle: 0,
  dropNext: 0,
  delayMs: 20,
  timeoutMs: 5000,
  retryMs: 3000,
  deliverFirst: false,
  seed: 1,
};

/**
 * Reads a change of switches.
 * @returns the switches it names, or a sentence that says what is wrong
 */
export function readSwitches(body: unknown): Partial<Switches> | string {
  if (!isObject(body)) return 'expected a JSON object of switches';
  const wrong = Object.entries(body).find(([name, value]) => !fits(name, value));
  if (wrong) return `unknown switch or value: ${wrong[0]} ${JSON.stringify(wrong[1])}`;
  return body as Partial<Switches>; // each entry was checked just above
}

function fits(name: string, value: unknown): boolean {
  if (name === 'chatwoot') return value === '4.10' || value === '4.14';
  if (name === 'signRequests' && value === null) return true;
  if (name === 'signRequests') return typeof value === 'boolean';
  const usual = (normal as unknown as Json)[name];
  return usual !== undefined && typeof value === typeof usual && (typeof value !== 'number' || value >= 0);
}

/** A chance that repeats itself with its seed (mulberry32). @returns numbers from 0 up to 1 */
export function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
