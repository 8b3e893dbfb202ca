import { expect, test } from 'vitest';
import type { Author } from '../../shared/message.ts';
import { createFakeClock, settle } from '../testing/fake-clock.ts';
import { createFakeRelay } from '../testing/fake-relay.ts';
import { createBrowser, createFakeLocks } from '../testing/fake-storage.ts';
import { type Tab, visit } from '../testing/visit.ts';
import { createChat } from './chat.ts';

const mara: Author = { kind: 'agent', name: 'Mara Ostby', team: 'Support' };

/** Lets everything under way come to its end. */
const rest = async (tab: Tab, ms = 0) => tab.clock.pass(ms);

test('opening the chat shows the site and stores nothing', async () => {
  const tab = await visit(createFakeRelay());
  expect(tab.chat.site.value?.name).toBe('Little Fen Lamps');
  expect(tab.browser.writes).toEqual([]);
});

test('the first send stores the message and its token together, before the message leaves', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.send('Hello');
  await rest(tab);
  const [first] = tab.asked('message:send');
  expect(tab.saved.read()).toMatchObject({ token: 'token-1', log: 'log-1', outbox: [] });
  expect(tab.texts()).toEqual([relay.site.greeting, 'Hello']);
  expect(tab.chat.unsent.value).toEqual([]);
  expect(first?.body).toMatchObject({ text: 'Hello' });
});

test('asking for a person may be the first thing sent, and is stored with its id before', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('handoff:ask', 'unanswered');
  tab.chat.askForPerson();
  expect(tab.saved.read()?.outbox).toMatchObject([{ kind: 'ask' }]);
  await rest(tab, 5_000);
  expect(tab.asked('handoff:ask').map((it) => it.body)).toEqual(Array(2).fill(tab.asked('handoff:ask')[0]?.body));
  expect(tab.chat.handoff.value.phase).toBe('transferring');
  expect(relay.events().filter((event) => event.kind === 'handoff')).toHaveLength(1);
});

test.each(['unheard', 'unanswered'] as const)(
  'a message whose sending goes %s is sent again and shown once',
  async (fault) => {
    const relay = createFakeRelay();
    const tab = await visit(relay);
    relay.fail('message:send', fault);
    // Nor does the news of it come.
    if (fault === 'unanswered') relay.mute(2);
    tab.chat.send('Hello');
    await rest(tab, 5_000);
    expect(tab.asked('message:send')).toHaveLength(2);
    expect(tab.texts()).toEqual([relay.site.greeting, 'Hello']);
    expect(tab.saved.read()?.outbox).toEqual([]);
  },
);

test('a message whose acknowledgement is lost is sent once where the log tells of it', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('message:send', 'unanswered');
  tab.chat.send('Hello');
  await rest(tab, 5_000);
  expect(tab.sent()).toEqual(['Hello']);
  expect(tab.saved.read()?.outbox).toEqual([]);
  expect(tab.chat.isSlow.value).toBe(false);
});

test('a reload between the press and the answer loses nothing and doubles nothing', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const before = await visit(relay, browser);
  relay.fail('message:send', 'unanswered');
  relay.mute(2);
  before.chat.send('Hello');
  await settle();
  before.close();
  const after = await visit(relay, browser);
  await rest(after, 5_000);
  expect(after.texts()).toEqual([relay.site.greeting, 'Hello']);
  expect(after.chat.unsent.value).toEqual([]);
  expect(relay.events()).toHaveLength(2);
});

test('what is written before the relay has answered at all is kept, and goes when it has', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const link = relay.openLink();
  const saved = browser.openTab();
  const clock = createFakeClock();
  const chat = createChat({ link, saved, clock, language: 'en', page: () => ({ url: '', title: '' }) });
  chat.send('Early');
  expect(saved.read()).toMatchObject({ token: null, outbox: [{ text: 'Early' }] });
  chat.connect();
  await clock.pass(1_000);
  expect(saved.read()).toMatchObject({ token: 'token-1', outbox: [] });
  chat.close();
});

test('events that were missed are read when the next one shows the gap', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.send('Hello');
  await rest(tab);
  relay.mute(2);
  relay.say(mara, 'one');
  relay.say(mara, 'two');
  relay.say(mara, 'three');
  await rest(tab);
  expect(tab.texts().slice(2)).toEqual(['one', 'two', 'three']);
});

test('a long log is read page by page', async () => {
  const relay = createFakeRelay();
  relay.begin('known');
  for (let index = 0; index < 450; index++) relay.say(mara, `text ${index}`);
  const browser = createBrowser();
  browser.openTab().change((kept) => ({ ...kept, token: 'known' }));
  const tab = await visit(relay, browser);
  await rest(tab);
  expect(tab.texts()).toHaveLength(451);
  expect(tab.asked('log:read')).toHaveLength(2);
});

test('after a break the connection brings what happened meanwhile, once', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.send('Hello');
  await rest(tab);
  tab.link.drop();
  relay.say(mara, 'Are you there?');
  tab.chat.send('Yes');
  await rest(tab, 60_000);
  expect(tab.chat.unsent.value).toHaveLength(1);
  tab.link.comeBack();
  await rest(tab, 1_000);
  expect(tab.texts().slice(1)).toEqual(['Hello', 'Are you there?', 'Yes']);
  expect(tab.link.asked.filter((it) => it.name === 'hello').at(-1)?.body).toMatchObject({ log: 'log-1', after: 2 });
});

test('a relay with another log is believed: what is here is dropped and read anew', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.send('Hello');
  await rest(tab);
  relay.restart('log-2');
  relay.say(mara, 'We begin again.');
  await rest(tab);
  expect(tab.texts()).toEqual(['We begin again.']);
  expect(tab.saved.read()?.log).toBe('log-2');
});

test('a rotated token replaces the stored one, and is not stored where nothing was sent', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.begin('token-1');
  relay.tell('token', { token: 'token-1b' });
  expect(tab.browser.writes).toEqual([]);
  const other = await visit(createFakeRelay());
  other.chat.send('Hello');
  await rest(other);
  expect(other.saved.read()?.token).toBe('token-1');
});

test('a stored token follows its rotation', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.send('Hello');
  await rest(tab);
  relay.tell('token', { token: 'next' });
  expect(tab.saved.read()?.token).toBe('next');
});

test('a token that rotates before hello is answered replaces the stored one', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  browser.openTab().change((kept) => ({ ...kept, token: 'known' }));
  relay.begin('known');
  relay.rotate('next');
  const tab = await visit(relay, browser);
  expect(tab.saved.read()?.token).toBe('next');
});

test('a wish for a person that is refused leaves nothing behind', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('handoff:ask', 'forbidden');
  tab.chat.askForPerson();
  await rest(tab);
  expect(tab.saved.read()?.outbox).toEqual([]);
  expect(tab.chat.ask.value).toBeNull();
});

test('a second tab joins the conversation that the first began', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const one = await visit(relay, browser);
  const other = await visit(relay, browser);
  one.chat.send('Hello');
  await rest(one);
  await rest(other, 1_000);
  expect(other.texts()).toEqual([relay.site.greeting, 'Hello']);
  other.chat.send('And from here');
  await rest(other);
  await rest(one);
  expect(one.texts()).toEqual([relay.site.greeting, 'Hello', 'And from here']);
  expect(one.saved.read()?.token).toBe('token-1');
});

test('the first send is one write: the message and its token', async () => {
  const browser = createBrowser({ isLate: true });
  const tab = await visit(createFakeRelay(), browser);
  tab.chat.send('Hello');
  await Promise.resolve();
  expect(browser.writes).toHaveLength(1);
  expect(tab.saved.read()).toMatchObject({ token: 'token-1', outbox: [{ text: 'Hello' }] });
});

/** Time passes, and with it what the tabs wrote travels between them. */
async function travel(tabs: Tab[]) {
  for (let round = 0; round < 20; round++) {
    tabs[0]?.browser.spread();
    for (const tab of tabs) await tab.clock.pass(100);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a tab that looks and writes a moment late takes neither token nor log away, and leaves nothing behind', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser({ isLate: true });
  const one = await visit(relay, browser);
  const other = await visit(relay, browser);
  one.chat.send('Hello');
  browser.spread();
  // The other has read the item as it is now; the first goes on.
  const early = other.saved.read();
  await rest(one);
  other.saved.update(() => ({ ...early!, token: null, log: null, seen: 2 }));
  await travel([one, other]);
  const kept = { token: 'token-1', log: 'log-1', outbox: [], seen: 2 };
  for (const { saved } of [one, other]) expect(saved.read()).toMatchObject(kept);
  for (const { texts, chat } of [one, other]) {
    expect(texts()).toEqual([relay.site.greeting, 'Hello']);
    expect(chat.outbox.entries.value).toEqual([]);
  }
});

test('two tabs that begin at the same moment begin one conversation', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser({ isLate: true, locks: createFakeLocks() });
  const one = await visit(relay, browser);
  const other = await visit(relay, browser);
  one.chat.send('From one');
  other.chat.send('From the other');
  await travel([one, other]);
  // Which of them goes first is the browser's to say.
  expect(one.texts().toSorted()).toEqual(['From one', 'From the other', relay.site.greeting]);
  expect(other.texts()).toEqual(one.texts());
  for (const tab of [one, other]) {
    expect(tab.chat.unsent.value).toEqual([]);
  }
  const tokens = new Set([one, other].map((tab) => tab.saved.read()?.token));
  expect(tokens.size).toBe(1);
  expect([...one.link.asked, ...other.link.asked].filter(({ name }) => name === 'message:send')).toHaveLength(2);
  expect(relay.begun()).toEqual([...tokens]);
});

test('a new chat after an expired one is not taken back by a tab that knows the old one', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const tab = await visit(relay, browser);
  tab.chat.send('Hello');
  await rest(tab);
  const other = await visit(relay, browser);
  relay.expire('token-1');
  relay.fail('message:send', 'expired');
  tab.chat.send('Still here');
  await rest(tab, 1_000);
  relay.restart('log-2');
  tab.chat.startAnew();
  await travel([tab, other]);
  expect(tab.saved.read()).toMatchObject({ token: 'token-2', log: 'log-2', outbox: [] });
  for (const { texts } of [tab, other]) expect(texts()).toEqual([relay.site.greeting, 'Still here']);
});

test('an expired token is tried no longer once another tab has stored a newer one', async () => {
  const relay = createFakeRelay();
  const browser = createBrowser();
  const tab = await visit(relay, browser);
  tab.chat.send('Hello');
  await rest(tab);
  tab.link.drop();
  relay.expire('token-1');
  relay.begin('newer');
  relay.fail('hello', 'expired');
  // The other tab writes while our hello is on its way.
  tab.link.comeBack();
  browser.openTab().change((kept) => ({ ...kept, token: 'newer' }));
  await rest(tab, 1_000);
  expect(tab.chat.trouble.value).toBeNull();
  expect(tab.chat.isReady.value).toBe(true);
});

test('an expired conversation says so, and a new one takes what was not sent yet along', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.send('Hello');
  await rest(tab);
  relay.expire('token-1');
  relay.fail('message:send', 'expired');
  tab.chat.send('Still here');
  await rest(tab, 1_000);
  expect(tab.chat.trouble.value).toBe('expired');
  expect(tab.chat.unsent.value).toMatchObject([{ text: 'Still here' }]);
  relay.restart('log-2');
  tab.chat.startAnew();
  await rest(tab, 1_000);
  expect(tab.chat.trouble.value).toBeNull();
  expect(tab.texts()).toEqual([relay.site.greeting, 'Still here']);
  expect(tab.saved.read()).toMatchObject({ token: 'token-2', log: 'log-2' });
});

test('a token that was never stored is replaced without a word', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.expire('token-1');
  tab.link.drop();
  tab.link.comeBack();
  await rest(tab, 1_000);
  expect(tab.chat.trouble.value).toBeNull();
  expect(tab.chat.isReady.value).toBe(true);
});

test.each([
  ['invalid', 'invalid'],
  ['conflict', 'conflict'],
  ['forbidden', 'forbidden'],
] as const)('%s leaves the message with its reason', async (refusal, failed) => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('message:send', refusal);
  tab.chat.send('Hello');
  await rest(tab, 60_000);
  expect(tab.chat.unsent.value).toMatchObject([{ failed }]);
});

test.each(['tooFast', 'unavailable'] as const)('%s goes out by itself later', async (refusal) => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail('message:send', refusal, 2_000);
  tab.chat.send('Hello');
  await rest(tab, 1_000);
  expect(tab.chat.outbox.pause.value?.refusal).toBe(refusal);
  await rest(tab, 5_000);
  expect(tab.texts()).toContain('Hello');
});

test('a button that was pressed as the connection broke is answered on the next one', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.askForPerson();
  await rest(tab);
  tab.link.drop();
  tab.chat.want('handoff:cancel', {});
  await rest(tab, 20_000);
  tab.link.comeBack();
  await rest(tab, 1_000);
  expect(tab.chat.handoff.value.phase).toBe('bot');
  expect(tab.chat.pending.value).toBeNull();
});

test('a handoff whose news was lost is read from the log', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.askForPerson();
  await rest(tab);
  relay.mute(1);
  tab.chat.want('handoff:cancel', {});
  await rest(tab, 1_000);
  expect(tab.chat.handoff.value.phase).toBe('bot');
});

test('who answers now is known from the first page of a long log on: older passes in it change nothing', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.askForPerson();
  await rest(tab);
  tab.link.drop();
  relay.hand({ phase: 'human', epoch: 2, team: null, agent: { name: 'Mara Ostby' } }, 'joined');
  for (let index = 0; index < 250; index++) relay.say(mara, `text ${index}`);
  relay.hand({ phase: 'bot', epoch: 3 }, 'back');
  const phases: string[] = [];
  const stop = tab.chat.handoff.subscribe(({ phase }) => void phases.push(phase));
  tab.link.comeBack();
  await rest(tab, 1_000);
  stop();
  expect(tab.texts()).toHaveLength(251);
  expect(phases).toEqual(['transferring', 'bot']);
});

test('who joins before the visitor’s eyes is told for four seconds; who was here before is not', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.askForPerson();
  await rest(tab);
  relay.hand({ phase: 'human', epoch: 2, team: null, agent: { name: 'Mara Ostby' } }, 'joined');
  expect(tab.chat.hasJoined.value).toBe(true);
  await rest(tab, 4_000);
  expect(tab.chat.hasJoined.value).toBe(false);
  const later = await visit(relay, tab.browser);
  expect(later.chat.handoff.value.phase).toBe('human');
  expect(later.chat.hasJoined.value).toBe(false);
});

test('the bot is thinking from the visitor’s words until it has answered or failed, a minute at most', async () => {
  const clock = createFakeClock();
  const relay = createFakeRelay(clock.now);
  const tab = await visit(relay, createBrowser(), clock);
  tab.chat.send('Hello');
  await rest(tab);
  expect(tab.chat.isThinking.value).toBe(true);
  relay.say({ kind: 'bot' }, 'Hello.');
  expect(tab.chat.isThinking.value).toBe(false);
  tab.chat.send('And?');
  await rest(tab);
  expect(tab.chat.isThinking.value).toBe(true);
  relay.push({ kind: 'botFailed', at: clock.now() });
  expect(tab.chat.isThinking.value).toBe(false);
  tab.chat.send('Anybody?');
  await rest(tab, 61_000);
  expect(tab.chat.isThinking.value).toBe(false);
});

test('typing is over after six seconds without a word, and with the first word', async () => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.begin('token-1');
  relay.tell('typing', { author: mara, on: true });
  expect(tab.chat.typing.value).toEqual(mara);
  await rest(tab, 6_000);
  expect(tab.chat.typing.value).toBeNull();
  relay.tell('typing', { author: mara, on: true });
  relay.say(mara, 'Hello');
  expect(tab.chat.typing.value).toBeNull();
});

/** A visitor whom a person has, with one message that the desk refused. */
async function refused() {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  tab.chat.askForPerson();
  await rest(tab);
  relay.hand({ phase: 'human', epoch: 2, team: null, agent: { name: 'Mara Ostby' } }, 'joined');
  const id = relay.say({ kind: 'visitor' }, 'Words that the desk refuses');
  relay.push({ kind: 'undelivered', id, at: 0 });
  return { relay, tab, id };
}

test('a message that the desk refused is undelivered until it is retried, also for a page that comes later', async () => {
  const { relay, tab, id } = await refused();
  expect([...tab.chat.undelivered.ids.value]).toEqual([id]);
  const later = await visit(relay, tab.browser);
  expect([...later.chat.undelivered.ids.value]).toEqual([id]);
  later.chat.undelivered.retry(id);
  expect(later.chat.undelivered.wanted.value.get(id)).toBe('message:retry');
  await rest(later);
  expect(later.asked('message:retry').map(({ body }) => body)).toEqual([{ id }]);
  for (const { chat } of [tab, later]) expect(chat.undelivered.ids.value.size).toBe(0);
  expect(later.chat.undelivered.wanted.value.size).toBe(0);
  relay.push({ kind: 'undelivered', id, at: 0 });
  expect([...tab.chat.undelivered.ids.value]).toEqual([id]);
});

test('deleting it blanks it, and is asked again until there is an answer', async () => {
  const { relay, tab, id } = await refused();
  relay.fail('message:delete', 'unanswered');
  relay.fail('message:delete', 'unavailable', 1_000);
  tab.chat.undelivered.remove(id);
  await rest(tab, 60_000);
  expect(tab.asked('message:delete').length).toBe(3);
  expect(tab.chat.undelivered.ids.value.size).toBe(0);
  const gone = tab.chat.events.value.find((event) => event.kind === 'message' && event.message.id === id);
  expect(gone).toMatchObject({ message: { text: '', deleted: true } });
});

test('what the relay does not want to do is not asked again', async () => {
  const { relay, tab, id } = await refused();
  relay.fail('message:retry', 'invalid');
  tab.chat.undelivered.retry(id);
  await rest(tab, 60_000);
  expect(tab.asked('message:retry')).toHaveLength(1);
  expect(tab.chat.undelivered.wanted.value.size).toBe(0);
  expect([...tab.chat.undelivered.ids.value]).toEqual([id]);
});

test('a retry made while the connection is lost goes when it is back', async () => {
  const { tab, id } = await refused();
  tab.link.drop();
  tab.chat.undelivered.retry(id);
  await rest(tab);
  expect(tab.asked('message:retry')).toEqual([]);
  tab.link.comeBack();
  await rest(tab);
  expect(tab.asked('message:retry')).toHaveLength(1);
});

test('a desk out of reach is told while people have the conversation, and not after', async () => {
  const { relay, tab } = await refused();
  relay.tell('desk', { reached: false });
  expect(tab.chat.isDeskAway.value).toBe(true);
  relay.tell('desk', { reached: true });
  expect(tab.chat.isDeskAway.value).toBe(false);
  relay.tell('desk', { reached: false });
  relay.hand({ phase: 'bot', epoch: 3 }, 'back');
  expect(tab.chat.isDeskAway.value).toBe(false);
});

test('each new connection says which event was the last one, and how it was', async () => {
  const relay = createFakeRelay(() => 7);
  const tab = await visit(relay);
  expect(tab.asked('hello')[0]?.body).not.toHaveProperty('mark');
  tab.chat.send('Hello');
  await rest(tab);
  const id = (tab.asked('message:send')[0]?.body as { id: string }).id;
  tab.link.drop();
  tab.link.comeBack();
  await rest(tab);
  expect(tab.asked('hello').at(-1)?.body).toMatchObject({ after: 2, mark: `message ${id} 7` });
});

test.each(['hello', 'handoff:back'] as const)('%s refused for a while says until when', async (name) => {
  const relay = createFakeRelay();
  const tab = await visit(relay);
  relay.fail(name, 'tooFast', 170_000);
  if (name === 'hello') {
    tab.link.drop();
    tab.link.comeBack();
  } else tab.chat.want(name, {});
  await rest(tab);
  expect(tab.chat.slowedUntil.value).toBe(tab.clock.now() + 170_000);
  await rest(tab, 170_000);
  expect(tab.chat.slowedUntil.value).toBeNull();
});

test('a device that loses its network while it connects is connected once the network is back', async () => {
  const tab = await visit(createFakeRelay());
  tab.chat.disconnect();
  tab.link.swallow();
  tab.chat.connect();
  await rest(tab, 100);
  expect(tab.chat.link.value).toBe('connecting');
  dispatchEvent(new Event('offline'));
  expect(tab.chat.link.value).toBe('down');
  await rest(tab, 30_000);
  expect(tab.chat.isReady.value).toBe(false);
  tab.link.comeBack();
  await rest(tab, 1_000);
  expect(tab.chat.isReady.value).toBe(true);
});

test.each(['forbidden', 'unavailable', 'unheard', 'unanswered'] as const)(
  'a hello that comes to nothing once (%s) shuts nothing',
  async (fault) => {
    const relay = createFakeRelay();
    relay.fail('hello', fault);
    const tab = await visit(relay);
    expect(tab.chat.isReady.value).toBe(false);
    expect(tab.chat.trouble.value).toBeNull();
    tab.chat.send('Hello');
    await rest(tab, 2_000);
    expect(tab.chat.isReady.value).toBe(true);
    expect(tab.texts()).toEqual([relay.site.greeting, 'Hello']);
  },
);

test('a relay that does not speak our version says so for good', async () => {
  const relay = createFakeRelay();
  relay.fail('hello', 'invalid');
  const tab = await visit(relay);
  expect(tab.chat.trouble.value).toBe('outdated');
  dispatchEvent(new Event('online'));
  await rest(tab, 60_000);
  expect(tab.asked('hello')).toHaveLength(1);
});

test('since when the visitor waits for a connection is known until it is there', async () => {
  const tab = await visit(createFakeRelay());
  expect(tab.chat.connectingSince.value).toBeNull();
  await rest(tab, 10_000);
  tab.link.drop();
  const since = tab.clock.now();
  expect(tab.chat.connectingSince.value).toBe(since);
  await rest(tab, 20_000);
  expect(tab.chat.connectingSince.value).toBe(since);
  expect(tab.chat.isSlow.value).toBe(true);
  tab.link.comeBack();
  await rest(tab);
  expect(tab.chat.connectingSince.value).toBeNull();
  expect(tab.chat.isSlow.value).toBe(false);
});
