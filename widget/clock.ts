/** Time as the widget's state sees it, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970, by this device. */
  now(): number;
  /** Runs something later. @returns what calls it off */
  after(ms: number, run: () => void): () => void;
}

/** By then the browser has drawn what is changed now, in milliseconds: what can wait for that begins after it. */
export const drawnMs = 24;

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
