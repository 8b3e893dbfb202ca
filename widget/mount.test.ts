import { within } from '@testing-library/preact';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Author } from '../shared/message.ts';
import { makeHost } from './host.ts';
import './transcript.ts'; // here at once, so that tests wait for it a moment only
import { mount } from './mount.tsx';
import type { Options } from './options.ts';
import type { MountedPanel } from './mount-point.ts';
import { drawnMs } from './clock.ts';
import { createFakeClock, settle } from './testing/fake-clock.ts';
import { createFakeRelay, type FakeRelay } from './testing/fake-relay.ts';
import { createBrowser } from './testing/fake-storage.ts';

const mara: Author = { kind: 'agent', name: 'Mara Ostby', team: 'Support' };
const agent = { name: 'Mara Ostby' };
const token = 'known';

let panel: MountedPanel | undefined;

/** A page with the widget on it. `known`: this browser has a conversation already. */
async function visit(
  relay: FakeRelay,
  {
    language = 'en',
    known = false,
    browser = createBrowser(),
    tabItems = new Map<string, string>(),
  }: {
    language?: Options['language'];
    known?: boolean;
    browser?: ReturnType<typeof createBrowser>;
    tabItems?: Map<string, string>;
  } = {},
) {
  const clock = createFakeClock();
  const options: Options = {
    relay: 'https://relay.example/',
    site: 'demo',
    language,
    accent: undefined,
    label: undefined,
    scheme: 'light',
  };
  const saved = browser.openTab(tabItems);
  if (known) {
    relay.begin(token);
    saved.change((kept) => ({ ...kept, token, seen: relay.events().length }));
  }
  const made = makeHost(options, new Text());
  const { launcher } = made;
  const link = relay.openLink();
  const mounted = await mount(made, { link, saved, clock });
  panel = mounted;
  onTestFinished(() => {
    mounted.remove();
    made.host.remove();
  });
  const page = within(made.corner);
  await clock.pass(drawnMs);
  // What is fetched beside the panel, however busy the machine is.
  await vi.dynamicImportSettled();
  await clock.pass(drawnMs);
  const write = (text: string) => {
    const field = page.getByRole<HTMLTextAreaElement>('textbox');
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    return clock.pass(drawnMs);
  };
  const press = (name: string) => {
    page.getByRole('button', { name }).click();
    return clock.pass(drawnMs);
  };
  const buttons = () =>
    page.getAllByRole('button').map((button) => button.getAttribute('aria-label') ?? button.textContent);
  return {
    page,
    link,
    saved,
    clock,
    launcher,
    write,
    press,
    buttons,
    root: made.root,
    open: async () => (panel?.open(true), clock.pass(drawnMs)),
  };
}

test('the launcher makes way for a dialog named after the site, and comes back', async () => {
  const tab = await visit(createFakeRelay());
  await tab.open();
  expect(tab.launcher.hidden).toBe(true);
  expect(tab.page.getByRole('dialog', { name: 'Chat with Little Fen Lamps' })).toBeTruthy();
  expect(tab.page.getByRole('textbox', { name: 'Message' })).toBe(tab.root.activeElement);
  await tab.press('Close chat');
  expect(tab.page.queryByRole('dialog')).toBeNull();
  expect(tab.launcher.hidden).toBe(false);
  expect(tab.root.activeElement).toBe(tab.launcher);
});

test('the field to write in is there before anything else is fetched or asked for', async () => {
  const tab = await visit(createFakeRelay());
  panel?.open(true);
  expect(tab.page.getByRole('textbox', { name: 'Message' })).toBe(tab.root.activeElement);
  await settle();
  expect(tab.link.asked).toEqual([]);
  await tab.clock.pass(drawnMs);
  expect(tab.link.asked.map(({ name }) => name)).toEqual(['hello']);
});

test('the launcher shows who has the baton', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  const at = (...hand: Parameters<FakeRelay['hand']>) => {
    relay.hand(...hand);
    return tab.launcher.dataset.at;
  };
  expect(tab.launcher.dataset.at).toBe('bot');
  expect(at({ phase: 'waiting', epoch: 1, team: null, agent: null }, 'queued')).toBe('out');
  expect(at({ phase: 'human', epoch: 2, team: null, agent }, 'joined')).toBe('agent');
  expect(at({ phase: 'bot', epoch: 3 }, 'returned')).toBe('bot');
});

test('Esc closes the chat, and the page hears nothing of the keys', async () => {
  const tab = await visit(createFakeRelay());
  await tab.open();
  const heard = vi.fn();
  document.addEventListener('keydown', heard);
  const field = tab.page.getByRole('textbox');
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, composed: true }));
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
  document.removeEventListener('keydown', heard);
  expect(heard).not.toHaveBeenCalled();
  expect(tab.page.queryByRole('dialog')).toBeNull();
});

test('what was written and pressed reaches the relay, and the answer is an article with a name', async () => {
  const relay = createFakeRelay(createFakeClock().now);
  const tab = await visit(relay);
  await tab.open();
  await tab.press('Return a lamp');
  relay.say({ kind: 'bot' }, 'Within **30 days**.');
  await tab.clock.pass(drawnMs);
  expect(tab.page.getByRole('article', { name: 'You, 14:27' }).textContent).toContain('Return a lamp');
  expect(
    tab.page.getAllByRole('article', { name: 'Assistant, 14:27' }).at(-1)?.querySelector('strong')?.textContent,
  ).toBe('30 days');
  expect(tab.link.asked.at(-1)?.body).toMatchObject({ text: 'Return a lamp', choice: { value: 'return' } });
});

test('Enter sends, Shift and Enter does not, and neither while a character is being composed', async () => {
  const tab = await visit(createFakeRelay());
  await tab.open();
  const field = tab.page.getByRole<HTMLTextAreaElement>('textbox');
  field.value = 'words';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  for (const init of [{ shiftKey: true }, { isComposing: true }]) {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, ...init }));
    await tab.clock.pass(drawnMs);
    expect(tab.link.asked.filter((it) => it.name === 'message:send')).toEqual([]);
  }
  await tab.write('words');
  expect(tab.link.asked.filter((it) => it.name === 'message:send')).toHaveLength(1);
  expect(field.value).toBe('');
});

test('the way to a person is there in every state in which nobody has been asked, and only there', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  const dock = () => tab.buttons().filter((name) => !['Close chat', 'Send', 'Open chat', 'Copy'].includes(name ?? ''));
  const at = async (...hand: Parameters<FakeRelay['hand']>) => {
    relay.hand(...hand);
    await tab.clock.pass(5_000);
    return dock();
  };
  relay.say({ kind: 'bot' }, 'Hello again.');
  await tab.clock.pass(drawnMs);
  expect(dock()).toEqual(['Talk to a person']);
  const topics = [{ id: 'a', label: 'A repair' }];
  expect(await at({ phase: 'asking', epoch: 1, topics }, 'asked')).toEqual([
    'A repair',
    'Something else',
    'Stay with the assistant',
  ]);
  expect(await at({ phase: 'transferring', epoch: 1, team: 'Support' }, 'connecting')).toEqual(['Cancel']);
  expect(await at({ phase: 'waiting', epoch: 1, team: 'Support', agent: null }, 'queued')).toEqual(['Cancel']);
  expect(await at({ phase: 'waiting', epoch: 1, team: 'Support', agent }, 'assigned')).toEqual(['Cancel']);
  expect(tab.page.getByRole('heading', { name: 'Mara Ostby has your conversation' })).toBeTruthy();
  expect(await at({ phase: 'human', epoch: 2, team: 'Support', agent }, 'joined')).toEqual(['Finish…']);
  expect(await at({ phase: 'ending', epoch: 3, by: 'agent', agent }, 'resolved')).toEqual(['Talk to a person']);
  expect(tab.page.getByRole('log').textContent).toContain('Mara Ostby has closed this');
});

test('where nobody can take over, no person is offered; from one who comes by themselves there is a way out', async () => {
  const relay = createFakeRelay();
  relay.site.handoff = 'off';
  const { page, open, clock } = await visit(relay, { known: true });
  await open();
  await clock.pass(5_000);
  expect(page.getByRole('textbox', { name: 'Message' })).toBeTruthy();
  expect(page.queryByRole('button', { name: 'Talk to a person' })).toBeNull();
  relay.hand({ phase: 'human', epoch: 1, team: null, agent }, 'joined');
  relay.say(mara, 'Hello');
  relay.hand({ phase: 'human', epoch: 1, team: null, agent: { name: 'Jon' } }, 'passedOn');
  await clock.pass(5_000);
  expect(page.getByRole('button', { name: 'Finish…' })).toBeTruthy();
});

test('a double click on the launcher does not send the draft, for Send lies where it was', async () => {
  const tab = await visit(createFakeRelay());
  await tab.open();
  const field = tab.page.getByRole<HTMLTextAreaElement>('textbox');
  field.value = 'half a sen';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await tab.press('Close chat');
  await tab.open();
  const send = () => {
    const click = new MouseEvent('click', { detail: 2, bubbles: true, cancelable: true });
    tab.page.getByRole('button', { name: 'Send' }).dispatchEvent(click);
    return tab.clock.pass(drawnMs);
  };
  await send();
  expect(tab.page.getByRole<HTMLTextAreaElement>('textbox').value).toBe('half a sen');
  await tab.clock.pass(600);
  await send();
  expect(tab.link.asked.filter((it) => it.name === 'message:send')).toHaveLength(1);
});

test('the second half of a double click does not press what was drawn under it; a later click does', async () => {
  const tab = await visit(createFakeRelay());
  await tab.open();
  const click = (name: string, detail: number) => {
    const init = { detail, bubbles: true, cancelable: true };
    tab.page.getByRole('button', { name }).dispatchEvent(new MouseEvent('click', init));
    return tab.clock.pass(drawnMs);
  };
  const cancels = () => tab.link.asked.filter((it) => it.name === 'handoff:cancel');
  await tab.clock.pass(600);
  await click('Talk to a person', 1);
  await click('Cancel', 2);
  await click('Cancel', 3);
  expect(cancels()).toEqual([]);
  await tab.clock.pass(600);
  await click('Cancel', 1);
  expect(cancels()).toHaveLength(1);
  await click('Talk to a person', 0);
  await click('Cancel', 0);
  expect(cancels()).toHaveLength(2);
});

test('the relay learns which page it is, and nothing of what stands behind its path', async () => {
  history.replaceState(null, '', '?token=secret#mail');
  const tab = await visit(createFakeRelay());
  await tab.open();
  history.replaceState(null, '', location.pathname);
  expect(tab.link.asked[0]?.body).toMatchObject({ page: { url: location.origin + location.pathname } });
});

test('a page that changes without loading is told with the next message', async () => {
  const before = location.href;
  const tab = await visit(createFakeRelay());
  await tab.open();
  history.pushState(null, '', '/lamps/heron?order=2291');
  await tab.write('Does it dim?');
  await tab.clock.pass(drawnMs);
  history.replaceState(null, '', before);
  const sent = tab.link.asked.find(({ name }) => name === 'message:send');
  expect(sent?.body).toMatchObject({ text: 'Does it dim?', page: { url: `${location.origin}/lamps/heron` } });
});

test('the card that says who took over is named after that', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.hand({ phase: 'human', epoch: 2, team: 'Support', agent }, 'joined');
  await tab.clock.pass(drawnMs);
  expect(tab.page.getByRole('group', { name: 'Who answers' })).toBeTruthy();
});

test('where a pressed button makes way for a card, focus goes to the card; where the card folds, to the message', async () => {
  const tab = await visit(createFakeRelay());
  await tab.open();
  tab.page.getByRole('button', { name: 'Talk to a person' }).focus();
  await tab.press('Talk to a person');
  await tab.clock.pass(drawnMs);
  expect(tab.root.activeElement?.getAttribute('data-size')).toBe('card');
  tab.page.getByRole('button', { name: 'Cancel' }).focus();
  await tab.press('Cancel');
  await tab.clock.pass(drawnMs);
  expect(tab.root.activeElement).toBe(tab.page.getByRole('textbox'));
});

test('where a pressed button goes with whom it was about, focus goes to the message', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  relay.hand({ phase: 'human', epoch: 2, team: 'Support', agent }, 'joined');
  await tab.clock.pass(5_000);
  await tab.open();
  tab.page.getByRole('button', { name: 'Finish…' }).focus();
  await tab.press('Finish…');
  expect(tab.root.activeElement).toBe(tab.page.getByRole('group', { name: 'Finish…' }));
  tab.page.getByRole('button', { name: 'Back to the assistant' }).focus();
  await tab.press('Back to the assistant');
  await tab.clock.pass(drawnMs);
  expect(tab.page.getByRole('button', { name: 'Talk to a person' })).toBeTruthy();
  expect(tab.root.activeElement).toBe(tab.page.getByRole('textbox'));
});

test('an answer while the chat is closed is counted on the launcher, and said when it is opened', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat');
  relay.say(mara, 'Hello');
  await tab.clock.pass(drawnMs);
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat, 1 new message');
  relay.say({ kind: 'visitor' }, 'From another tab');
  await tab.clock.pass(drawnMs);
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat, 1 new message');
  relay.say(mara, 'Are you there?');
  await tab.clock.pass(drawnMs);
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat, 2 new messages');
  await tab.open();
  expect(tab.page.getByRole('status').textContent).toBe('2 new messages');
  await tab.clock.pass(2_000);
  await tab.press('Close chat');
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat');
});

test('what was heard before is not announced again when the chat is opened again', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.say(mara, 'Hello');
  await tab.clock.pass(2_000);
  await tab.press('Close chat');
  await tab.open();
  expect(tab.page.getByRole('status').textContent).toBe('');
});

test('an answer is copied as plain text, and its button says so for a while', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.say({ kind: 'bot' }, 'Within **30 days**:\n\n1. Print [the label](https://a.example/l)\n2. `Hand` it in');
  await tab.clock.pass(drawnMs);
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  const copy = tab.page.getAllByRole('button', { name: 'Copy' }).at(-1);
  copy?.click();
  await tab.clock.pass(drawnMs);
  expect(copied).toHaveBeenCalledWith('Within 30 days:\n\n1. Print the label (https://a.example/l)\n2. Hand it in');
  expect(copy?.textContent).toBe('Copied');
  expect(tab.page.getByRole('status').textContent).toBe('Copied');
  await tab.clock.pass(2_000);
  expect(copy?.textContent).toBe('Copy');
});

test('the card that says who took over does not play again for a second person', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  const card = () => tab.page.queryByRole('group', { name: 'Who answers' });
  const join = async (name: string) => {
    relay.hand({ phase: 'human', epoch: 1, team: 'Support', agent: { name } }, 'joined');
    await tab.clock.pass(drawnMs);
  };
  await join('Mara Ostby');
  expect(card()).toBeTruthy();
  await tab.clock.pass(5_000);
  await join('Jon Abara');
  expect(card()).toBeNull();
  expect(tab.page.getByRole('heading', { name: 'Mara Ostby and Jon Abara' })).toBeTruthy();
  await join('Mara Ostby');
  expect(card()).toBeNull();
});

test('a text that is too long stays in the field, is not sent, and it is said by how much', async () => {
  const tab = await visit(createFakeRelay(), { known: true });
  await tab.open();
  await tab.write('x'.repeat(4_005));
  expect(tab.page.getByRole<HTMLTextAreaElement>('textbox').value).toHaveLength(4_005);
  expect(tab.link.asked.some(({ name }) => name === 'message:send')).toBe(false);
  expect(tab.page.getByRole('status').textContent).toBe('5 characters too many');
});

test('a long answer is announced whole', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.say({ kind: 'bot' }, 'y'.repeat(4_500));
  await tab.clock.pass(drawnMs);
  expect(tab.page.getByRole('status').textContent).toBe(`Assistant: ${'y'.repeat(4_500)}`);
});

test('a site’s name for its assistant is the one that is seen and heard', async () => {
  const relay = createFakeRelay();
  relay.site.bot = { name: 'Fen' };
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.say({ kind: 'bot' }, 'Hello.');
  await tab.clock.pass(drawnMs);
  expect(tab.page.getByRole('heading', { name: 'Fen' })).toBeTruthy();
  expect(tab.page.getAllByRole('article', { name: /^Fen, / })).toHaveLength(2);
  expect(tab.page.getByRole('status').textContent).toBe('Fen: Hello.');
});

test('each thing that happens is announced once, and the announcement goes', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  const said = () => tab.page.getByRole('status').textContent;
  relay.say(mara, 'I have **order** LF-2291 here.');
  await tab.clock.pass(drawnMs);
  expect(said()).toBe('Mara Ostby: I have order LF-2291 here.');
  await tab.clock.pass(2_000);
  expect(said()).toBe('');
  relay.hand({ phase: 'human', epoch: 2, team: 'Support', agent }, 'joined');
  await tab.clock.pass(drawnMs);
  expect(said()).toBe('Mara Ostby joined, Support');
  expect(tab.page.getByRole('log').getAttribute('aria-live')).toBe('off');
});

test('a page that comes back shows the chat as it was, takes no focus, and keeps the draft', async () => {
  const browser = createBrowser();
  const relay = createFakeRelay();
  const before = await visit(relay, { known: true, browser });
  await before.open();
  const field = before.page.getByRole<HTMLTextAreaElement>('textbox');
  field.value = 'half a sen';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  dispatchEvent(new Event('pagehide'));
  panel?.remove();
  document.querySelector('baton-chat')?.remove();
  const after = await visit(relay, { browser });
  const isBack = () => after.page.getByRole('dialog').hasAttribute('data-back');
  expect(isBack()).toBe(true);
  expect(after.root.activeElement).toBeNull();
  expect(after.page.getByRole<HTMLTextAreaElement>('textbox').value).toBe('half a sen');
  // Only then nothing moves.
  await after.press('Close chat');
  await after.open();
  expect(isBack()).toBe(false);
});

test('a draft written before the first send survives a reload, and is kept only when the page goes', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const tabItems = new Map<string, string>();
  const type = (tab: Awaited<ReturnType<typeof visit>>, text: string) => {
    const field = tab.page.getByRole<HTMLTextAreaElement>('textbox');
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const reload = async () => {
    dispatchEvent(new Event('pagehide'));
    panel?.remove();
    document.querySelector('baton-chat')?.remove();
    const tab = await visit(relay, { browser, tabItems });
    await tab.open();
    return tab;
  };
  let tab = await visit(relay, { browser, tabItems });
  await tab.open();
  type(tab, 'half a sen');
  expect([...tabItems]).toEqual([]);
  tab = await reload();
  expect(tab.page.getByRole<HTMLTextAreaElement>('textbox').value).toBe('half a sen');
  expect([...browser.items]).toEqual([]);
  await tab.write('A whole sentence');
  tab = await reload();
  expect(tab.page.getByRole<HTMLTextAreaElement>('textbox').value).toBe('');
  expect([...tabItems]).toEqual([]);
});

test('what was read in one tab is read in all of them', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const tab = await visit(relay, { known: true, browser });
  relay.say(mara, 'Hello');
  relay.say(mara, 'Are you there?');
  await tab.clock.pass(drawnMs);
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat, 2 new messages');
  const last = relay.events().length;
  browser.openTab().change((kept) => ({ ...kept, seen: last }));
  await tab.clock.pass(drawnMs);
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat');
});

test('another log begins with nothing seen', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  for (let index = 0; index < 5; index++) relay.say(mara, 'Hello');
  await tab.press('Close chat');
  relay.restart('log-2');
  relay.say(mara, 'We begin again.');
  await tab.clock.pass(drawnMs);
  expect(tab.launcher.getAttribute('aria-label')).toBe('Open chat, 1 new message');
  expect(tab.saved.read()?.seen).toBe(0);
});

test('a closed chat stays connected for some minutes, and as long as somebody is awaited', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.clock.pass(4 * 60_000);
  expect(tab.link.isOpen()).toBe(true);
  relay.hand({ phase: 'waiting', epoch: 1, team: null, agent: null }, 'queued');
  await tab.clock.pass(60 * 60_000);
  expect(tab.link.isOpen()).toBe(true);
  relay.hand({ phase: 'bot', epoch: 2 }, 'cancelled');
  await tab.clock.pass(6 * 60_000);
  expect(tab.link.isOpen()).toBe(false);
  await tab.open();
  expect(tab.link.isOpen()).toBe(true);
});

test('the connection is given up as the page goes, and made again as it comes back', async () => {
  const tab = await visit(createFakeRelay(), { known: true });
  dispatchEvent(new Event('pagehide'));
  expect(tab.link.isOpen()).toBe(false);
  dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await tab.clock.pass(drawnMs);
  expect(tab.link.isOpen()).toBe(true);
});

test('offline, what is written is kept and said to be, and goes when the connection is back', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  tab.link.drop();
  await tab.clock.pass(drawnMs);
  await tab.write('one');
  await tab.write('two');
  expect(tab.page.getAllByText(/Two messages are kept on this device/)).toBeTruthy();
  expect(tab.page.getAllByRole('article', { name: 'You, Kept, goes out when you are back' })).toHaveLength(2);
  vi.restoreAllMocks();
  tab.link.comeBack();
  await tab.clock.pass(1_000);
  expect(tab.page.queryByText(/You are offline/)).toBeNull();
  expect(tab.page.getAllByRole('article', { name: /^You, \d\d:\d\d$/ })).toHaveLength(2);
  // It is read for a few seconds, besides being announced.
  const back = () => tab.page.queryAllByText('Back online. Two messages sent.', { selector: '.weather *' });
  expect(back()).toHaveLength(1);
  await tab.clock.pass(4_000);
  expect(back()).toHaveLength(0);
});

test('a relay that says nothing is told of after a second and a half, and no message looks sent until it does', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.link.swallow();
  await tab.open();
  const slow = () => tab.page.queryAllByText(/^Connecting takes longer than usual/).filter((it) => !it.role).length;
  await tab.clock.pass(1_400);
  expect(slow()).toBe(0);
  await tab.clock.pass(200);
  expect(slow()).toBe(1);
  await tab.write('Hello?');
  expect(tab.page.getByRole('article', { name: 'You, Kept, goes out by itself' })).toBeTruthy();
  dispatchEvent(new Event('offline'));
  tab.link.comeBack();
  await tab.clock.pass(1_000);
  expect(slow()).toBe(0);
  expect(tab.page.getByRole('article', { name: /^You, \d\d:\d\d$/ })).toBeTruthy();
});

test('a message that is under way for long does not look sent', async () => {
  const tab = await visit(createFakeRelay(), { known: true });
  await tab.open();
  tab.link.stall();
  await tab.write('Hello?');
  expect(tab.page.getByRole('article', { name: 'You, Sending' })).toBeTruthy();
  await tab.clock.pass(1_600);
  expect(tab.page.getByRole('article', { name: 'You, Kept, goes out by itself' })).toBeTruthy();
});

test('a message that was not taken can be sent again or deleted', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.fail('message:send', 'conflict');
  relay.fail('message:send', 'conflict');
  await tab.write('one');
  expect(tab.page.getByRole('article', { name: 'You, Not sent.' })).toBeTruthy();
  await tab.press('Retry');
  expect(tab.link.asked.filter((it) => it.name === 'message:send')).toHaveLength(2);
  await tab.press('Delete');
  expect(tab.page.queryByRole('article', { name: 'You, Not sent.' })).toBeNull();
  expect(tab.saved.read()?.outbox).toEqual([]);
});

test('files are links to the relay, and an address that leads elsewhere is none', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.say(mara, '', { files: [{ name: 'label.pdf', type: 'application/pdf', size: 84_000, url: '/files/1' }] });
  relay.say(mara, '', { files: [{ name: 'x.html', type: 'text/html', url: 'javascript:alert(1)' }] });
  await tab.clock.pass(drawnMs);
  const [link, ...others] = tab.page.getAllByRole('link');
  expect(link?.getAttribute('href')).toBe('https://relay.example/files/1');
  expect(link?.textContent).toBe('label.pdfPDF, 84 KB');
  expect(others).toEqual([]);
});

test('a deleted message says so and no more', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  const id = relay.say(mara, 'a secret');
  relay.push({ kind: 'deletion', id, at: 0 });
  await tab.clock.pass(2_000);
  expect(tab.page.getByText('This message was deleted')).toBeTruthy();
  expect(tab.root.textContent).not.toContain('a secret');
});

test('what somebody writes becomes text and links, never anything else', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay, { known: true });
  await tab.open();
  relay.say(mara, '<img src=x onerror=alert(1)> ![x](https://evil.example/x.png) [y](javascript:alert(1))');
  await tab.clock.pass(drawnMs);
  expect(tab.root.querySelector('img, script, iframe')).toBeNull();
  expect(tab.page.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
    'https://evil.example/x.png',
  ]);
  expect(tab.page.getByRole('link').getAttribute('rel')).toContain('noopener');
});

test('Arabic reads from right to left', async () => {
  const tab = await visit(createFakeRelay(), { language: 'ar' });
  await tab.open();
  expect(tab.root.querySelector('[dir="rtl"][lang="ar"]')).toBeTruthy();
  expect(tab.page.getByRole('textbox', { name: 'رسالة' })).toBeTruthy();
  expect(tab.link.asked[0]?.body).toMatchObject({ language: 'ar' });
});

test('removing it leaves nothing behind', async () => {
  const browser = createBrowser();
  const tab = await visit(createFakeRelay(), { known: true, browser });
  await tab.open();
  panel?.remove();
  expect(tab.page.queryByRole('dialog')).toBeNull();
  expect(tab.link.isOpen()).toBe(false);
  const reads = browser.reads.length;
  browser.openTab().change((kept) => ({ ...kept, seen: 99 }));
  dispatchEvent(new Event('online'));
  await tab.clock.pass(60_000);
  expect(browser.reads.length).toBe(reads + 1); // the other tab's own
  expect(tab.link.isOpen()).toBe(false);
});

test('a message that the desk refused can be retried or deleted, and is announced once', async () => {
  const relay = createFakeRelay();
  const { page, press, open, clock } = await visit(relay, { known: true });
  relay.hand({ phase: 'human', epoch: 1, team: null, agent }, 'joined');
  await open();
  const id = relay.say({ kind: 'visitor' }, 'Words that the desk refuses');
  relay.push({ kind: 'undelivered', id, at: 0 });
  await clock.pass(drawnMs);
  expect(page.getByRole('article', { name: /^You, Not sent/ }).textContent).toContain('Not sent.');
  expect(page.getByRole('status').textContent).toBe('Not sent.');
  await clock.pass(3_000);
  expect(page.getByRole('status').textContent).toBe('');
  await press('Retry');
  expect(page.queryByRole('article', { name: /Not sent/ })).toBeNull();
  expect(page.queryByRole('button', { name: 'Retry' })).toBeNull();
  relay.push({ kind: 'undelivered', id, at: 0 });
  await clock.pass(drawnMs);
  await press('Delete');
  expect(page.getByText('This message was deleted')).toBeDefined();
  expect(page.queryByRole('button', { name: 'Delete' })).toBeNull();
});

test('a send costs three readings and two writings of the storage at most, an arriving message one of each', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const tab = await visit(relay, { browser });
  const cost = async (run: () => unknown) => {
    await tab.clock.pass(drawnMs);
    const before = [browser.reads.length, browser.writes.length] as const;
    await run();
    await tab.clock.pass(drawnMs);
    return { reads: browser.reads.length - before[0], writes: browser.writes.length - before[1] };
  };
  await tab.open();
  expect(await cost(() => tab.write('The first one'))).toEqual({ reads: 3, writes: 2 });
  expect(await cost(() => tab.write('Another one'))).toEqual({ reads: 2, writes: 2 });
  expect(await cost(() => relay.say(mara, 'An answer'))).toEqual({ reads: 1, writes: 1 });
  expect(await cost(() => relay.tell('typing', { author: mara, on: true }))).toEqual({ reads: 0, writes: 0 });
  await tab.press('Close chat');
  expect(await cost(() => relay.say(mara, 'Another answer'))).toEqual({ reads: 1, writes: 0 });
});

test('a desk out of reach is told in a calm line, and gone when it is back', async () => {
  const relay = createFakeRelay();
  const { page, open, clock } = await visit(relay, { known: true });
  relay.hand({ phase: 'human', epoch: 1, team: null, agent }, 'joined');
  await open();
  const line = () => page.queryAllByText(/^The team cannot be reached right now/).filter((it) => !it.role);
  relay.tell('desk', { reached: false });
  await clock.pass(drawnMs);
  expect(line()).toHaveLength(1);
  relay.tell('desk', { reached: true });
  await clock.pass(drawnMs);
  expect(line()).toHaveLength(0);
});

test.each(['handoff:ask', 'handoff:cancel'] as const)(
  'too many requests (%s) are not called messages',
  async (name) => {
    const relay = createFakeRelay();
    const { page, open, press, clock } = await visit(relay);
    await open();
    relay.fail(name, 'tooFast', 10_000);
    await press('Talk to a person');
    if (name === 'handoff:cancel') await press('Cancel');
    await clock.pass(drawnMs);
    expect(page.getAllByText('Many requests at once. The next goes out in 10 seconds.').length).toBeGreaterThan(0);
    await clock.pass(11_000);
    expect(page.queryByText(/at once/)).toBeNull();
  },
);

test('too many messages at once count down, and are said aloud once', async () => {
  const relay = createFakeRelay();
  const { page, open, write, clock } = await visit(relay);
  await open();
  relay.fail('message:send', 'tooFast', 95_000);
  await write('Hello');
  const line = () => page.queryAllByText(/^Many messages at once/).find((it) => !it.role)?.textContent;
  expect(line()).toBe('Many messages at once. The next goes out in about 2 minutes.');
  await vi.waitFor(() => expect(page.getByRole('status').textContent).toBe(line()));
  await clock.pass(50_000);
  expect(line()).toBe('Many messages at once. The next goes out in 45 seconds.');
  await clock.pass(1_000);
  expect(line()).toBe('Many messages at once. The next goes out in 44 seconds.');
  expect(page.getByRole('status').textContent).toBe('');
  await clock.pass(60_000);
  expect(line()).toBeUndefined();
});

test.each([
  ['a time that is none', (relay: FakeRelay) => relay.say(mara, 'Readable', { at: 1e18 })],
  ['a time with a word in it', (relay: FakeRelay) => relay.say(mara, 'Readable', { at: 'noon' as unknown as number })],
  [
    'an event of a later version',
    (relay: FakeRelay) => {
      relay.push({ kind: 'sang', at: 1 } as unknown as Parameters<FakeRelay['push']>[0]);
      relay.say(mara, 'Readable');
    },
  ],
  ...['sung', 'constructor', '__proto__'].map(
    (because) =>
      [
        `the reason “${because}”`,
        (relay: FakeRelay) => {
          relay.hand({ phase: 'human', epoch: 1, team: null, agent }, because as Parameters<FakeRelay['hand']>[1]);
          relay.hand({ phase: 'human', epoch: 1, team: null, agent }, 'joined');
          relay.say(mara, 'Readable');
        },
      ] as [string, (relay: FakeRelay) => void],
  ),
  [
    'a notice at no time',
    (relay: FakeRelay) => {
      relay.push({ kind: 'handoff', at: NaN, handoff: { phase: 'bot', epoch: 3 }, because: 'back' });
      relay.say(mara, 'Readable');
    },
  ],
])('%s from the relay leaves the conversation readable', async (_, tell) => {
  const relay = createFakeRelay();
  const { page, open, clock } = await visit(relay, { known: true });
  tell(relay);
  await open();
  await clock.pass(drawnMs);
  expect(page.getAllByText('Readable').length).toBeGreaterThan(0);
  relay.say(mara, 'And more');
  await clock.pass(drawnMs);
  expect(page.getAllByText('And more').length).toBeGreaterThan(0);
});
