import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Seated } from './seat.ts';
import { start } from './start.ts';

let fetched: string[];
let isBroken: boolean;

beforeEach(() => {
  fetched = [];
  isBroken = false;
});
afterEach(() => {
  document.querySelector('baton-chat')?.remove();
  delete window.Baton;
  localStorage.clear();
});

/** Runs the tag with a panel that writes down what is asked of it. @returns the launcher */
function runTag(attributes: Record<string, string> = {}) {
  const script = document.createElement('script');
  Object.defineProperty(script, 'src', { value: 'https://relay.example/widget.js' });
  Object.assign(script.dataset, { site: 'demo', ...attributes });
  start(script, async (address) => {
    fetched.push(address.replace('https://relay.example/', ''));
    await Promise.resolve();
    if (isBroken) throw new Error('no connection');
    const seated: Seated = {
      open: (byHand) => fetched.push(`open ${byHand}`),
      close: () => fetched.push('close'),
      remove: () => {},
    };
    return { sitDown: () => (fetched.push('sat down'), Promise.resolve(seated)) };
  });
  const launcher = document.querySelector('baton-chat')?.shadowRoot?.querySelector('button');
  if (!launcher) throw new Error('no launcher');
  return launcher;
}
const seated = (...expected: string[]) => vi.waitFor(() => expect(fetched).toEqual(expected));

test('the tag draws a launcher, and fetches and stores nothing', async () => {
  const launcher = runTag();
  expect(launcher.getAttribute('aria-label')).toBe('Open chat');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(fetched).toEqual([]);
  expect(localStorage.length).toBe(0);
});

test('a pointer over the launcher fetches the panel, a press opens it', async () => {
  const launcher = runTag();
  launcher.dispatchEvent(new Event('pointerenter'));
  await seated('widget/panel.js');
  launcher.click();
  await seated('widget/panel.js', 'sat down', 'open true');
});

test('what the page called before we came is done', async () => {
  const queue: Window['Baton'] = Object.assign(() => {}, { q: [['open']] as ['open'][] });
  window.Baton = queue;
  runTag();
  await seated('widget/panel.js', 'sat down', 'open false');
  window.Baton?.('close');
  await seated('widget/panel.js', 'sat down', 'open false', 'close');
});

test('a conversation that this browser keeps brings the panel by itself, as it was left', async () => {
  localStorage.setItem('baton demo https://relay.example/', '{}');
  runTag();
  await seated('widget/panel.js', 'sat down');
});

test('a panel that does not load says so in the launcher, and is tried again', async () => {
  isBroken = true;
  const launcher = runTag();
  launcher.click();
  await vi.waitFor(() => expect(launcher.textContent).toBe('The chat did not load. Try again.'));
  expect(launcher.getAttribute('aria-label')).toBe('The chat did not load. Try again.');
  isBroken = false;
  launcher.click();
  await seated('widget/panel.js', 'widget/panel.js?1', 'sat down', 'open true');
  expect(launcher.getAttribute('aria-label')).toBe('Open chat');
  expect(launcher.textContent).toBe('');
});

test('a panel that does not load before anybody wanted it is nobody’s trouble', async () => {
  localStorage.setItem('baton demo https://relay.example/', '{}');
  isBroken = true;
  const launcher = runTag();
  await seated('widget/panel.js');
  expect(launcher.getAttribute('aria-label')).toBe('Open chat');
});

test('a tag that runs twice draws one launcher', async () => {
  runTag();
  runTag();
  expect(document.querySelectorAll('baton-chat')).toHaveLength(1);
});

test('a label is read before the name', async () => {
  const launcher = runTag({ label: 'Ask us', language: 'de-AT' });
  expect(launcher.textContent).toBe('Ask us');
  expect(launcher.getAttribute('aria-label')).toBe('Ask us, Chat öffnen');
});

test('what the page calls while the panel fails to load throws nothing into the page', async () => {
  const thrown: unknown[] = [];
  const note = (reason: unknown) => thrown.push(reason);
  process.on('unhandledRejection', note);
  isBroken = true;
  const launcher = runTag();
  window.Baton?.('open');
  window.Baton?.('close');
  await vi.waitFor(() => expect(launcher.textContent).toBe('The chat did not load. Try again.'));
  // Node tells of a rejection once the promises that could have handled it have had their turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(thrown).toEqual([]);
});

test.each<[string, unknown]>([
  ['a form with a field', { q: document.createElement('input') }],
  ['an odd queue', { q: [undefined, 'close', ['nonsense']] }],
])('%s under our name is no queue of calls, and throws nothing', (_, found) => {
  window.Baton = found as NonNullable<Window['Baton']>;
  expect(runTag().getAttribute('aria-label')).toBe('Open chat');
});
