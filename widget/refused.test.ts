import { afterEach, expect, test, vi } from 'vitest';
import { showRefusal } from './refused.ts';

const { happyDOM } = window as unknown as { happyDOM: { setURL(url: string): void } }; // what the tests run in
const before = location.href;
afterEach(() => {
  happyDOM.setURL(before);
  vi.restoreAllMocks();
});

/** @returns what is left in the corner, and what the console says */
function refuseOn(address: string) {
  const advice: string[] = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void advice.push(line));
  happyDOM.setURL(address);
  const corner = document.createElement('div');
  corner.append(document.createElement('button'));
  showRefusal(corner, 'demo');
  return { shown: corner.textContent, hasLauncher: corner.querySelector('button') !== null, advice };
}

test('a refused page shows visitors nothing, and tells its owner in one line what to add', () => {
  expect(refuseOn('https://shop.example/lamps')).toEqual({
    shown: '',
    hasLauncher: false,
    advice: [
      'Baton: the relay refuses this page. In baton.yaml, below "sites: demo:", it needs origins: [https://shop.example]',
    ],
  });
});

test.each(['http://localhost:5173/', 'http://127.0.0.1:8080/', 'http://shop.localhost/'])(
  'on %s the owner reads it where the launcher was',
  (address) => {
    const { shown, hasLauncher } = refuseOn(address);
    expect(hasLauncher).toBe(false);
    expect(shown).toContain('Only you see this');
    expect(shown).toContain(`origins: [${new URL(address).origin}]`);
  },
);
