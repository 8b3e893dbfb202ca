/**
 * Who waits for a free place, the first of them first: reading what a person may have said, the first word of a thread
 * that was just made, all else that goes to the desk, and what is only looked after (sweeps, old messages again).
 */
export type Lane = 'words' | 'first' | 'outbox' | 'reading';

export interface Queue {
  /** Runs a job as soon as fewer than `atOnce` are running. */
  run<T>(lane: Lane, job: () => Promise<T>): Promise<T>;
}

const order: readonly Lane[] = ['words', 'first', 'outbox', 'reading'];

/**
 * Keeps the number of requests to one desk small: more than four at once buy nothing and slow its agents down. One
 * place is kept free of what goes to the desk: after an outage people's words never wait behind a backlog. And while
 * something waits to go there, readings leave one place to it.
 * @param atOnce jobs that may run at the same time
 */
export function createQueue(atOnce: number): Queue {
  const waiting: Record<Lane, (() => void)[]> = { words: [], first: [], outbox: [], reading: [] };
  const running: Record<Lane, number> = { words: 0, first: 0, outbox: 0, reading: 0 };
  const mostOfOne = Math.max(1, atOnce - 1);

  const mayStart = (lane: Lane): boolean => {
    const { words, first, outbox, reading } = running;
    if (words + first + outbox + reading >= atOnce) return false;
    if (lane === 'first' || lane === 'outbox') return first + outbox < mostOfOne;
    return words + reading < mostOfOne || (waiting.first.length === 0 && waiting.outbox.length === 0);
  };
  const start = () => {
    for (;;) {
      const lane = order.find((one) => waiting[one].length > 0 && mayStart(one));
      const go = lane && waiting[lane].shift();
      if (!lane || !go) return;
      running[lane] += 1;
      go();
    }
  };

  return {
    async run(lane, job) {
      await new Promise<void>((go) => {
        waiting[lane].push(go);
        start();
      });
      try {
        return await job();
      } finally {
        running[lane] -= 1;
        start();
      }
    },
  };
}
