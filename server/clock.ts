/** Does something later, unless it is disposed of before. It keeps no process alive. */
export type After = (ms: number, job: () => void) => Disposable;

/** The longest delay that timers take, in milliseconds: beyond it they would ring at once. */
const longestMs = 2 ** 30;

export const after: After = (ms, job) => {
  const timer = setTimeout(job, Math.min(ms, longestMs));
  timer.unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
};

/**
 * The time of day, in milliseconds since 1970, that never goes back: when the clock of the machine is set back, this one
 * goes on from where it was, so that nothing that waits is held up. When it is set forward, this one follows.
 * @param wall the machine's clock
 * @param elapsed milliseconds that nobody can set, from any start
 */
export function createClock(wall: () => number = Date.now, elapsed = () => performance.now()): () => number {
  let start = wall() - elapsed();
  return () => {
    const passed = elapsed();
    start = Math.max(start, wall() - passed);
    return Math.round(start + passed);
  };
}
