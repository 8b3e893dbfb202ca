import { afterAll, beforeAll, expect, vi } from 'vitest';

/* Test files share one page. What one of them leaves there, another one would find; so the file that leaves it fails. */

const look = () => ({
  address: location.href,
  page: document.documentElement.outerHTML,
  stored: { ...localStorage },
  command: window.Baton,
  isOnline: navigator.onLine,
});

/** Counts who listens to the page. @returns what they listen for, as far as they still do; and what ends the counting */
function countListeners() {
  const listening: { type: string; listener: unknown }[] = [];
  const undo = [globalThis, document].map((target) => {
    const { addEventListener, removeEventListener } = target;
    target.addEventListener = (type: string, listener: unknown, ...rest: unknown[]) => {
      listening.push({ type, listener });
      Reflect.apply(addEventListener, target, [type, listener, ...rest]);
    };
    target.removeEventListener = (type: string, listener: unknown, ...rest: unknown[]) => {
      const at = listening.findIndex((one) => one.type === type && one.listener === listener);
      if (at >= 0) listening.splice(at, 1);
      Reflect.apply(removeEventListener, target, [type, listener, ...rest]);
    };
    return () => Object.assign(target, { addEventListener, removeEventListener });
  });
  return {
    left: () => listening.map(({ type }) => type),
    end: () => undo.forEach((each) => each()),
  };
}

// Some files need no page, and say so in their first line.
if ('document' in globalThis) {
  let before: ReturnType<typeof look>;
  let listeners: ReturnType<typeof countListeners>;
  beforeAll(() => {
    before = look();
    listeners = countListeners();
  });
  afterAll(() => {
    vi.restoreAllMocks();
    listeners.end();
    expect(look(), 'this file leaves the page as it was').toEqual(before);
    expect(listeners.left(), 'this file leaves nobody listening to the page').toEqual([]);
  });
}
