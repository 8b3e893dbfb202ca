import type { Clock } from '../clock.ts';

/** A clock that stands until it is pushed, and runs what has become due on the way. */
export function createFakeClock(start = new Date(2026, 10, 19, 14, 27).getTime()) {
  let now = start;
  const waiting = new Set<{ at: number; run: () => void }>();
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
  };
  return {
    ...clock,
    /** Lets time pass, and everything that was to happen meanwhile, with what it leads to. */
    async pass(ms: number) {
      const end = now + ms;
      for (;;) {
        await settle();
        const [next] = [...waiting].filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at);
        if (!next) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
      await settle();
    },
  };
}

/** Lets every promise that can be kept be kept. */
export const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
