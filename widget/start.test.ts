import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MountedPanel } from './mount-point.ts';
import { start } from './start.ts';

let fetched: string[];
let isBroken: boolean;

let advice: string[];

beforeEach(() => {
  advice = [];
  vi.spyOn(console, 'warn').mockImplementation((line: string) => void advice.push(line));
  fetched = [];
  isBroken = false;
});
afterEach(() => {
  document.querySelector('baton-chat')?.remove();
  vi.restoreAllMocks();
  delete window.Baton;
  localStorage.clear();
});

const host = () => document.querySelector<HTMLElement>('baton-chat');
/** Where launcher and panel are. */
const place = () => ({
  side: host()?.shadowRoot?.querySelector<HTMLElement>('.baton')?.dataset.side,
  offset: host()?.style.getPropertyValue('--offset'),
  offsetUp: host()?.style.getPropertyValue('--offset-up'),
});

/** Runs the tag with a panel that writes down what is asked of it. @returns the launcher */
function runTag(
  attributes: Record<string, string | undefined> = {},
  address = 'https://relay.example/widget.js',
  settings?: object,
) {
  const script = document.createElement('script');
  Object.defineProperty(script, 'src', { value: address });
  for (const [name, value] of Object.entries({ site: 'demo', ...attributes }))
    if (value !== undefined) script.dataset[name] = value;
  if (settings) Object.assign(script, { baton: settings });
  const modules = new Map<string, Promise<unknown>>();
  const fetchModule = async (address: string) => {
    fetched.push(address.replace('https://relay.example/', ''));
    await Promise.resolve();
    if (isBroken) throw new Error('no connection');
    const panel: MountedPanel = {
      open: (byHand) => fetched.push(`open ${byHand}`),
      close: () => fetched.push('close'),
      remove: () => fetched.push('remove'),
    };
    return { mountPanel: () => (fetched.push('mounted'), Promise.resolve(panel)) };
  };
  start(script, (address) => {
    // A browser fetches a module once, and remembers it even when that failed.
    const known = modules.get(address) ?? fetchModule(address);
    modules.set(address, known);
    return known;
  });
  const launcher = host()?.shadowRoot?.querySelector('button');
  if (!launcher) throw new Error('no launcher');
  return launcher;
}
const done = (...expected: string[]) => vi.waitFor(() => expect(fetched).toEqual(expected));

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
  await done('widget/panel.js', 'widget/en.js');
  launcher.click();
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open true');
});

test('what the page called before we came is done', async () => {
  const queue: Window['Baton'] = Object.assign(() => {}, { q: [['open']] as ['open'][] });
  window.Baton = queue;
  runTag();
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open false');
  window.Baton?.('close');
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open false', 'close');
});

test('a conversation that this browser keeps brings the panel by itself, as it was left', async () => {
  localStorage.setItem('baton demo https://relay.example/', '{}');
  runTag();
  await done('widget/panel.js', 'widget/en.js', 'mounted');
});

test('a panel that does not load says so in the launcher, and is tried again', async () => {
  isBroken = true;
  const launcher = runTag();
  launcher.click();
  await vi.waitFor(() => expect(launcher.textContent).toBe('The chat did not load. Try again.'));
  expect(launcher.getAttribute('aria-label')).toBe('The chat did not load. Try again.');
  isBroken = false;
  launcher.click();
  await done('widget/panel.js', 'widget/en.js', 'widget/panel.js?', 'widget/en.js?', 'mounted', 'open true');
  expect(launcher.getAttribute('aria-label')).toBe('Open chat');
  expect(launcher.textContent).toBe('');
});

test('a label makes way for what went wrong, and comes back', async () => {
  isBroken = true;
  const launcher = runTag({ label: 'Ask us' });
  launcher.click();
  await vi.waitFor(() => expect(launcher.textContent).toBe('The chat did not load. Try again.'));
  isBroken = false;
  launcher.click();
  expect(launcher.textContent).toBe('Ask us');
  expect(launcher.getAttribute('aria-label')).toBe('Ask us, Open chat');
});

test('a panel that does not load before anybody wanted it is nobody’s trouble', async () => {
  localStorage.setItem('baton demo https://relay.example/', '{}');
  isBroken = true;
  const launcher = runTag();
  await done('widget/panel.js', 'widget/en.js');
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

test('from the press to the open chat the launcher shows that it heard', async () => {
  const launcher = runTag();
  launcher.click();
  expect(launcher.hasAttribute('data-busy')).toBe(true);
  launcher.dispatchEvent(new Event('pointerenter'));
  expect(launcher.hasAttribute('data-busy')).toBe(true);
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open true');
  await vi.waitFor(() => expect(launcher.hasAttribute('data-busy')).toBe(false));
});

test('what only fetches ahead shows nothing', () => {
  const launcher = runTag();
  launcher.dispatchEvent(new Event('pointerenter'));
  expect(launcher.hasAttribute('data-busy')).toBe(false);
});

test('attributes say where the launcher is, before any panel is there', () => {
  runTag({ side: 'left', offset: '24px', offsetUp: 'calc(4rem + 8px)' });
  expect(place()).toEqual({ side: 'left', offset: '24px', offsetUp: 'calc(4rem + 8px)' });
  expect(fetched).toEqual([]);
});

test('a launcher whose side nobody chose says where the end of the line is', () => {
  runTag({ language: 'ar' });
  expect(place().side).toBe('left');
  host()?.remove();
  runTag({ language: 'de', side: 'up' });
  expect(place().side).toBe('right');
});

test('the page moves the launcher, before it is there and afterwards; what is not named stays', () => {
  window.Baton = Object.assign(() => {}, { q: [['place', { side: 'left' }]] as ['place', object][] });
  runTag({ offsetUp: '80px' });
  expect(place()).toMatchObject({ side: 'left', offsetUp: '80px' });
  window.Baton?.('place', { offset: '0' });
  expect(place()).toEqual({ side: 'left', offset: '0', offsetUp: '80px' });
  expect(advice).toEqual([]);
});

test('an address with the site in it brings the site’s settings; attributes go before them', () => {
  const settings = { accent: '#c2371d', side: 'left', label: 'Ask us' };
  const launcher = runTag({ label: 'Fragen' }, 'https://relay.example/widget.js?site=lamps', settings);
  expect(launcher.textContent).toBe('Fragen');
  expect(host()?.style.getPropertyValue('--accent')).toBe('#c2371d');
  expect(place().side).toBe('left');
});

test('an address names the site where no attribute does', () => {
  localStorage.setItem('baton lamps https://relay.example/', '{}');
  runTag({ site: undefined }, 'https://relay.example/widget.js?site=lamps');
  return done('widget/panel.js', 'widget/en.js', 'mounted');
});

test('what is wrong is said in one line, before the panel is there and afterwards', async () => {
  runTag({ scheme: 'auto', side: 'up' });
  expect(advice.splice(0)).toEqual([
    'Baton: scheme="auto" is none of dark,light',
    'Baton: side="up" is none of left,right',
  ]);
  const wrong = 'Baton: command="opne" is none of open,close,place,remove';
  const call = window.Baton as (command: string) => void;
  call('opne');
  expect(advice.splice(0)).toEqual([wrong]);
  call('open');
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open false');
  for (const name of ['opne', 'constructor']) call(name);
  expect(advice).toEqual([wrong, wrong.replace('opne', 'constructor')]);
});

test('a command without a detail, or with null for one, throws nothing into the page', () => {
  runTag();
  const call = window.Baton as (command: string, detail?: null) => void;
  for (const name of ['place', 'close']) {
    call(name);
    call(name, null);
  }
  expect(advice).toEqual([]);
});

test('a tag without a site draws nothing, and says what it needs', () => {
  expect(() => runTag({ site: '' })).toThrow('no launcher');
  expect(advice).toEqual(['Baton: no data-site']);
});

test('after Baton("remove") nothing of the page’s brings it back, but another tag does', async () => {
  const launcher = runTag();
  launcher.click();
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open true');
  const { Baton } = window;
  Baton?.('remove');
  await done('widget/panel.js', 'widget/en.js', 'mounted', 'open true', 'remove');
  Baton?.('open');
  expect(host()).toBeNull();
  runTag();
  window.Baton?.('open');
  await vi.waitFor(() =>
    expect(fetched.slice(5)).toEqual(['widget/panel.js', 'widget/en.js', 'mounted', 'open false']),
  );
});
