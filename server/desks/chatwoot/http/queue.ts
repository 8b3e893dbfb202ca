/**
 * What a request is for; those that stand first go first: reading what a person may have said (`hear`), the first word of
 * a thread that was just made, all else that is written, and what is read only to be sure (sweeps, old messages again).
 */
export type Priority = 'hear' | 'first' | 'write' | 'background';

interface Queue {
  /** Runs a job as soon as fewer than `atOnce` are running. */
  run<T>(priority: Priority, job: () => Promise<T>): Promise<T>;
}

const order: readonly Priority[] = ['hear', 'first', 'write', 'background'];

/**
 * Keeps the number of requests to one desk small: more than four at once buy nothing and slow its agents down. One
 * place is kept free of what goes to the desk: after an outage people's words never wait behind a backlog. And while
 * something waits to go there, readings leave one place to it.
 * @param atOnce jobs that may run at the same time
 */
export function createQueue(atOnce: number): Queue {
  const waiting: Record<Priority, (() => void)[]> = { hear: [], first: [], write: [], background: [] };
  const running: Record<Priority, number> = { hear: 0, first: 0, write: 0, background: 0 };
  const mostOfOne = Math.max(1, atOnce - 1);

  const mayStart = (priority: Priority): boolean => {
    const { hear, first, write, background } = running;
    if (hear + first + write + background >= atOnce) return false;
    if (priority === 'first' || priority === 'write') return first + write < mostOfOne;
    return hear + background < mostOfOne || (waiting.first.length === 0 && waiting.write.length === 0);
  };
  const start = () => {
    for (;;) {
      const priority = order.find((one) => waiting[one].length > 0 && mayStart(one));
      const go = priority && waiting[priority].shift();
      if (!priority || !go) return;
      running[priority] += 1;
      go();
    }
  };

  return {
    async run(priority, job) {
      await new Promise<void>((go) => {
        waiting[priority].push(go);
        start();
      });
      try {
        return await job();
      } finally {
        running[priority] -= 1;
        start();
      }
    },
  };
}
