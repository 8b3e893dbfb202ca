/** Who waits for a free place: what the visitor said goes before what we only want to know. */
export type Lane = 'outbox' | 'reading';

export interface Queue {
  /** Runs a job as soon as fewer than `atOnce` are running. */
  run<T>(lane: Lane, job: () => Promise<T>): Promise<T>;
}

/**
 * Keeps the number of requests to one desk small: more than four at once buy nothing and slow its agents down.
 * @param atOnce jobs that may run at the same time
 */
export function createQueue(atOnce: number): Queue {
  const waiting: Record<Lane, (() => void)[]> = { outbox: [], reading: [] };
  let running = 0;

  const enter = (lane: Lane) => {
    if (running < atOnce) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise<void>((go) => waiting[lane].push(go)); // whoever leaves hands over its place
  };
  const leave = () => {
    const next = waiting.outbox.shift() ?? waiting.reading.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    async run(lane, job) {
      await enter(lane);
      try {
        return await job();
      } finally {
        leave();
      }
    },
  };
}
