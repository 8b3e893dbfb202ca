interface Parts {
  locks: Pick<LockManager, 'request'>;
  name: string;
  granted: () => void;
  /** It was taken by another tab, or the browser refuses locks altogether. */
  lost: () => void;
}

/** One lock for all tabs of an origin. The browser gives it on when the tab that holds it goes, however it goes. */
export function createTabLock({ locks, name, granted, lost }: Parts) {
  /** Gives it back, or stops waiting for it. */
  let giveUp: (() => void) | undefined;

  function request(options: LockOptions) {
    giveUp?.();
    let isWanted = true;
    let letGo = () => {};
    const waiting = new AbortController();
    giveUp = () => {
      isWanted = false;
      giveUp = undefined;
      waiting.abort();
      letGo();
    };
    const hold = (lock: Lock | null) => {
      if (!lock || !isWanted) return;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      granted();
      return held;
    };
    // A lock that is taken or tried at once cannot be waited for with a signal, and need not be.
    const isPatient = !options.steal && !options.ifAvailable;
    locks.request(name, isPatient ? { signal: waiting.signal } : options, hold).catch(() => {
      if (!isWanted) return;
      giveUp = undefined;
      lost();
    });
  }
  return {
    /** Waits for it, unless it is held or waited for already. */
    wait() {
      if (!giveUp) request({});
    },
    tryNow: () => request({ ifAvailable: true }),
    /** Takes it from the tab that holds it. */
    take: () => request({ steal: true }),
    giveUp: () => giveUp?.(),
  };
}
