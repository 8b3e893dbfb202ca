/** Does something later, unless it is disposed of before. It keeps no process alive. */
export type After = (ms: number, job: () => void) => Disposable;

/** The longest delay that timers take, in milliseconds: beyond it they would ring at once. */
const longestMs = 2 ** 30;

export const after: After = (ms, job) => {
  const timer = setTimeout(job, Math.min(ms, longestMs));
  timer.unref();
  return { [Symbol.dispose]: () => clearTimeout(timer) };
};
