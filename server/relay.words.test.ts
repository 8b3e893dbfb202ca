import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { atDesk, isQuiet, jon, mara, startWithPeople, teams, wim } from './testing/people.ts';
import { openMemory } from './desks/memory/memory-desk.ts';
import { fastClock, startRelay, type TestRelay } from './testing/start-relay.ts';
import { eventually, type Visitor } from './testing/visit.ts';

/* Words that go astray: what the desk refuses, what nobody answered, what is said in a thread that was over. */

const quiet = (relay: TestRelay) => eventually(() => isQuiet(relay), 'nothing is left to do');

/** A visitor with Mara. */
async function joined(relay: TestRelay): Promise<Visitor> {
  const visitor = await relay.visit();
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
  await visitor.hears('[queued]');
  await quiet(relay);
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Hello, Mara here.');
  await quiet(relay);
  return visitor;
}

const count = (lines: string[], line: string) => lines.filter((one) => one === line).length;

describe('a word that the desk refuses', () => {
  test('is told to the visitor and noted at the desk, and goes there when it is retried, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('It hums.', 'm1');
    await visitor.hears('[undelivered]');
    await visitor.say('Really.');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    expect(atDesk(thread)).not.toContain('visitor: It hums.');
    expect(atDesk(thread)).toContain('visitor: Really.');
    const note = thread.messages.find((one) => one.private && one.text.includes('could not be written here'));
    expect(note?.text).toContain('The visitor is told');
    for (let times = 0; times < 2; times += 1)
      expect(await visitor.ask('message:retry', { id: 'm1' })).toMatchObject({ ok: true });
    await quiet(relay);
    expect(count(atDesk(thread), 'visitor: It hums.')).toBe(1);
    expect(count(visitor.transcript(), '[retried]')).toBe(1);
  });

  test('loses its words for good when the visitor deletes it, and cannot be retried then', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('My code is 4711.', 'm1');
    await visitor.hears('[undelivered]');
    await visitor.ask('message:delete', { id: 'm1' });
    await visitor.hears('[deleted]');
    await visitor.ask('message:retry', { id: 'm1' });
    await quiet(relay);
    const again = await relay.visit({ token: visitor.token });
    expect(again.transcript().join()).not.toContain('4711');
    expect(again.transcript()).not.toContain('[retried]');
    expect(relay.desk.people.threads.flatMap(atDesk).join()).not.toContain('4711');
  });

  test('is said to the bot when it is retried after the end, in a new thread', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('It hums.', 'm1');
    await visitor.hears('[undelivered]');
    await quiet(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.ask('message:retry', { id: 'm1' });
    await visitor.hears('You said: It hums.');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread({ number: 1 }))).not.toContain('visitor: It hums.');
    expect(relay.desk.people.thread({ number: 1 }).status).toBe('resolved');
    expect(atDesk(relay.desk.people.thread({ number: 2 }))).toEqual(['visitor: It hums.', 'bot: You said: It hums.']);
  });

  test('goes with the visitor to the bot, which answers it, though a person spoke meanwhile; no retry is left', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('It hums.', 'm1');
    await visitor.hears('[undelivered]');
    await quiet(relay);
    relay.desk.people.say(mara, 'Are you there?');
    await visitor.hears('Are you there?');
    await visitor.ask('handoff:back', {});
    await visitor.hears('You said: It hums.');
    await visitor.ask('message:retry', { id: 'm1' });
    await quiet(relay);
    expect(count(visitor.transcript(), '[retried]')).toBe(1);
    expect(atDesk(relay.desk.people.thread({ number: 2 }))).toEqual(['visitor: It hums.', 'bot: You said: It hums.']);
  });

  test('that the bot has answered is only copied when it is retried', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.desk.people.away(true);
    await visitor.say('It hums.', 'm1');
    await visitor.hears('You said: It hums.');
    for (let i = 0; i < 2; i += 1) relay.desk.people.next('refused', 'say');
    relay.desk.people.away(false);
    await visitor.hears('[undelivered]');
    await quiet(relay);
    await visitor.ask('message:retry', { id: 'm1' });
    await quiet(relay);
    expect(count(atDesk(relay.desk.people.thread()), 'visitor: It hums.')).toBe(1);
    expect(relay.bot.asked).toHaveLength(1);
  });

  test('because the thread seemed to be gone, which it was not, goes there all the same', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('notThere', 'say');
    await visitor.say('It hums.');
    await quiet(relay);
    expect(count(atDesk(relay.desk.people.thread()), 'visitor: It hums.')).toBe(1);
    expect(visitor.transcript()).not.toContain('[undelivered]');
    expect(visitor.phase()).toBe('human');
  });

  test('can be deleted by nobody where it was delivered', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    await visitor.say('It hums.', 'm1');
    await quiet(relay);
    await visitor.ask('message:delete', { id: 'm1' });
    expect(visitor.transcript()).toContain('visitor: It hums.');
  });

  test('is noted, too, where it is the bot’s; the visitor has read it and is not bothered', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.bot.next({ messages: [{ text: 'First.' }] });
    relay.desk.people.away(true);
    await visitor.say('And?');
    await visitor.hears('First.');
    relay.desk.people.next('unsent', 'say');
    relay.desk.people.away(false);
    relay.desk.people.next('refused', 'say');
    relay.desk.people.next('refused', 'say');
    await quiet(relay);
    const notes = relay.desk.people.thread().messages.filter((one) => one.private);
    expect(notes.map(({ text }) => text).join()).toContain('A message of the assistant could not be written here');
    expect(count(visitor.transcript(), '[undelivered]')).toBe(1);
  });

  test('is named in the log by conversation, step and number, and never quoted', async () => {
    const lines: string[] = [];
    const write = (fields: object, sentence: string) => void lines.push(JSON.stringify({ ...fields, sentence }));
    await using relay = await startWithPeople({ log: { info: write, warn: write, error: write } });
    const visitor = await joined(relay);
    relay.desk.people.next('refused', 'say');
    await visitor.say('My name is Ada.');
    await visitor.hears('[undelivered]');
    const line = lines.find((one) => one.includes('refused')) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      conversation: expect.stringMatching(/^[\w-]{8}$/),
      desk: 1,
      step: 'say',
      refusals: 1,
    });
    expect(lines.join()).not.toContain('Ada');
  });
});

describe('a step that the desk refuses', () => {
  test.each(['clear', 'describe', 'team', 'check'] as const)(
    '(%s) is noted there, and the visitor gets a person all the same',
    async (step) => {
      await using relay = await startWithPeople();
      const visitor = await relay.visit();
      relay.desk.people.next('refused', step);
      await visitor.ask('handoff:ask', { id: 'a' });
      await visitor.ask('handoff:choose', { topic: null });
      await visitor.hears('[queued]');
      await quiet(relay);
      const notes = relay.desk.people.thread().messages.filter((one) => one.private);
      expect(notes.map(({ text }) => text).join()).toContain(`A step could not be taken here (${step})`);
      expect(relay.desk.people.thread().status).toBe('open');
    },
  );

  test('(the note itself) stops nothing', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.desk.people.next('refused', 'note');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: null });
    await visitor.hears('[queued]');
  });
});

describe('what nobody answered', () => {
  test('is put to the bot when the visitor goes back to it, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    await visitor.say('When do you deliver?');
    await quiet(relay);
    await visitor.ask('handoff:back', {});
    await visitor.hears('You said: When do you deliver?');
    await quiet(relay);
    expect(relay.bot.asked.map(({ text }) => text)).toEqual(['When do you deliver?']);
  });

  test('is what was said since the person’s last answer, and nothing before it', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    await visitor.say('It hums.');
    await quiet(relay);
    relay.desk.people.say(mara, 'Unplug it.');
    await visitor.hears('Unplug it.');
    await visitor.say('And then?');
    await quiet(relay);
    relay.desk.people.setStatus('pending');
    await visitor.hears('You said:');
    expect(relay.bot.asked.at(-1)?.text).toBe('And then?');
  });

  test('an answer of the bot from before its session was over is not heard; it is asked anew', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.bot.next('hang');
    await visitor.say('What is new?');
    await eventually(() => relay.bot.asked.length === 2, 'it is asked');
    await eventually(() => atDesk(relay.desk.people.thread()).includes('visitor: What is new?'), 'it is at the desk');
    relay.desk.people.setStatus('resolved');
    await visitor.hears('You said: What is new?');
    const [, before, after] = relay.bot.asked;
    expect(after?.session.id).not.toBe(before?.session.id);
    expect(after?.session.seq).toBe(1);
    expect(relay.bot.asked).toHaveLength(3);
  });
});

describe('a person who speaks in a thread that was over', () => {
  test('just after the end: has the visitor again, and it is opened and theirs', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    relay.desk.people.say(mara, 'One more thing.');
    await visitor.hears('One more thing.');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    expect(relay.desk.people.thread()).toMatchObject({ status: 'open', assignee: mara });
    await visitor.say('Yes?');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).at(-1)).toBe('visitor: Yes?');
  });

  test('in a still older one, after the end of a newer: has the visitor there', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('Another question');
    await visitor.hears('You said: Another question');
    await quiet(relay);
    relay.desk.people.say(jon, 'I take this.');
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.setStatus('resolved');
    await eventually(() => visitor.transcript().filter((line) => line === '[resolved]').length === 2, 'the second end');
    relay.desk.people.say(mara, 'I found it!', { number: 1 });
    await visitor.hears('I found it!');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    expect(relay.desk.people.thread({ number: 1 })).toMatchObject({ status: 'open', assignee: mara });
  });

  test('while people have the visitor elsewhere: is shown, and told where the answers arrive, once', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.setStatus('resolved');
    await visitor.hears('[resolved]');
    await visitor.say('Another question');
    await visitor.hears('You said: Another question');
    await quiet(relay);
    relay.desk.people.say(jon, 'I take this.');
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.say(mara, 'PS: it was blue.', { number: 1 });
    await visitor.hears('PS: it was blue.');
    relay.desk.people.say(mara, 'And round.', { number: 1 });
    await visitor.hears('And round.');
    await quiet(relay);
    const told = relay.desk.people.thread({ number: 1 }).messages.filter((one) => one.private);
    expect(told.filter(({ text }) => text.includes('People have this visitor in conversation 2'))).toHaveLength(1);
    expect(relay.desk.people.thread({ number: 1 }).status).toBe('resolved');
  });
});

describe('what a person said before the end, and is found after it', () => {
  test.each([
    ['the visitor ended the chat', 'chat:end', '[ended]', 'ending'],
    ['the visitor went back to the assistant', 'handoff:back', '[back]', 'bot'],
  ] as const)('because %s: it is shown, and moves nothing', async (_, request, notice, phase) => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.say(mara, 'Is there anything else?');
    await visitor.ask(request, {});
    await visitor.hears(notice);
    await quiet(relay);
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('anything else');
    await quiet(relay);
    expect(visitor.phase()).toBe(phase);
    expect(relay.desk.people.thread().status).toBe('resolved');
  });

  test('while the end is still on its way to the desk: it is shown, and the end goes on', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.say(mara, 'Is there anything else?');
    relay.desk.people.next('hang', 'note');
    await visitor.ask('handoff:back', {});
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('anything else');
    relay.desk.people.release();
    await quiet(relay);
    expect(visitor.phase()).toBe('bot');
    expect(relay.desk.people.thread().status).toBe('resolved');
  });

  test('but what is said after it is a takeover', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    await visitor.ask('handoff:back', {});
    await quiet(relay);
    relay.desk.people.say(mara, 'I found it!', { number: 1 });
    await visitor.hears('I found it!');
    await quiet(relay);
    expect(visitor.phase()).toBe('human');
    expect(relay.desk.people.thread({ number: 1 })).toMatchObject({ status: 'open', assignee: mara });
  });
});

describe('a step that was refused', () => {
  test('turns nobody round: an end that the desk refuses is still the visitor’s end', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.next('refused', 'resolve');
    await visitor.ask('chat:end', {});
    await quiet(relay);
    const said = relay.desk.people.thread().messages.find(({ by }) => by === 'agent');
    relay.desk.people.fail(said?.id ?? 0);
    await eventually(() => relay.desk.people.performed.some(({ step }) => step === 'heal'), 'it was read again');
    await quiet(relay);
    expect(visitor.phase()).toBe('ending');
  });
});

describe('another team', () => {
  test('is told while waiting and with a person, in one sentence each, by its label', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
    await visitor.hears('[queued]');
    await quiet(relay);
    relay.desk.people.setTeam('support');
    await visitor.hears('[rerouted]');
    const last = () => [...visitor.events.values()].findLast((event) => event.kind === 'handoff');
    expect(last()).toMatchObject({ because: 'rerouted', handoff: { phase: 'waiting', team: 'Support', agent: null } });
    relay.desk.people.say(wim, 'Hello');
    await visitor.hears('Hello');
    relay.desk.people.setTeam('sales');
    await eventually(() => count(visitor.transcript(), '[rerouted]') === 2, 'the second change');
    expect(last()).toMatchObject({
      handoff: { phase: 'human', team: 'Orders and returns', agent: { name: wim.name } },
    });
    relay.desk.people.hint();
    await visitor.say('ok');
    await quiet(relay);
    expect(count(visitor.transcript(), '[rerouted]')).toBe(2);
  });

  test('that comes with another person is told with that person, in one sentence', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.setTeam('support');
    relay.desk.people.assign(wim);
    relay.desk.people.quiet(false);
    relay.desk.people.hint();
    await visitor.hears('[passedOn]');
    await quiet(relay);
    expect(visitor.transcript()).not.toContain('[rerouted]');
    const last = [...visitor.events.values()].findLast((event) => event.kind === 'handoff');
    expect(last).toMatchObject({ handoff: { team: 'Support', agent: { name: wim.name } } });
  });

  test('that a person has who takes it up is told with that person, in one sentence', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.quiet(true);
    relay.desk.people.setTeam('support');
    relay.desk.people.quiet(false);
    relay.desk.people.say(mara, 'I take this.');
    await visitor.hears('I take this.');
    await quiet(relay);
    relay.desk.people.assign(wim);
    await visitor.hears('[passedOn]');
    expect(visitor.transcript()).not.toContain('[rerouted]');
  });

  test('of no label is told without a name', async () => {
    const desk = openMemory({ ...fastClock(20), teams: { ...teams, billing: [jon] } });
    await using relay = await startWithPeople({ desk });
    const visitor = await joined(relay);
    relay.desk.people.setTeam('billing');
    await visitor.hears('[rerouted]');
    const last = [...visitor.events.values()].findLast((event) => event.kind === 'handoff');
    expect(last).toMatchObject({ because: 'rerouted', handoff: { team: null } });
  });
});

describe('words that wait', () => {
  test('a wish for a person behind them does not time out while they leave', async () => {
    await using relay = await startWithPeople({ settings: ({ times }) => (times.transfer = 10_000) });
    const visitor = await relay.visit();
    relay.desk.people.away(true);
    for (let i = 0; i < 12; i += 1) await visitor.say(`word ${i}`);
    await visitor.hears('You said: word 11');
    await visitor.ask('handoff:ask', { id: 'a' });
    await visitor.ask('handoff:choose', { topic: null });
    // Each hangs for a while: all of them take several times as long as a handoff may.
    relay.desk.people.away(false);
    for (let i = 0; i < 24; i += 1) relay.desk.people.next('hang', 'say');
    const letGo = setInterval(() => relay.desk.people.release(), 60);
    await visitor.hears('[queued]').finally(() => clearInterval(letGo));
    expect(visitor.transcript()).not.toContain('[failed]');
    const words = atDesk(relay.desk.people.thread()).filter((line) => line.startsWith('visitor: word'));
    expect(words).toEqual(Array.from({ length: 12 }, (_, i) => `visitor: word ${i}`));
  });

  test('of a round before, or behind a wish that was taken back, count too', async () => {
    await using relay = await startWithPeople({ settings: ({ times }) => (times.transfer = 10_000) });
    const visitor = await joined(relay);
    relay.desk.people.away(true);
    for (let i = 0; i < 8; i += 1) await visitor.say(`word ${i}`);
    await visitor.ask('handoff:back', {});
    await visitor.hears('You said: word 0');
    for (const id of ['b', 'c']) {
      await visitor.ask('handoff:ask', { id });
      await visitor.ask('handoff:choose', { topic: null });
      if (id === 'b') await visitor.ask('handoff:cancel', {});
    }
    relay.desk.people.away(false);
    for (let i = 0; i < 24; i += 1) relay.desk.people.next('hang', 'say');
    const letGo = setInterval(() => relay.desk.people.release(), 60);
    const queued = () => visitor.transcript().filter((line) => line === '[queued]').length === 2;
    await visitor.until(queued, 'queued again').finally(() => clearInterval(letGo));
    expect(visitor.transcript()).not.toContain('[failed]');
  });

  test('that a start found waiting have not left: they go where they are read', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.away(true);
    await visitor.say('One');
    await visitor.say('Two');
    await relay.restart({
      async meanwhile() {
        relay.desk.people.away(false);
        relay.desk.people.setStatus('resolved');
        for (let i = 0; i < 2; i += 1) relay.desk.people.next('unsent', 'say');
      },
    });
    const again = await relay.visit({ token: visitor.token });
    relay.desk.people.hint();
    await again.hears('You said: One');
    await quiet(relay);
    const all = relay.desk.people.threads.flatMap(atDesk);
    expect([count(all, 'visitor: One'), count(all, 'visitor: Two')]).toEqual([1, 1]);
    expect(atDesk(relay.desk.people.thread({ number: 1 }))).not.toContain('visitor: Two');
  });

  test('a desk that is back takes what waits at once, and not when its turn to wait is over', async () => {
    await using relay = await startRelay({ desk: openMemory({ teams }) });
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.away(true);
    await visitor.say('Still there?');
    // Each try doubles the wait.
    await eventually(async () => {
      const [id = ''] = await relay.store.withWork();
      return (await relay.store.work(id)).some(({ attempts }) => attempts >= 3);
    }, 'it was tried three times');
    relay.desk.people.away(false);
    const before = performance.now();
    relay.desk.people.hint();
    await eventually(() => atDesk(relay.desk.people.thread()).includes('visitor: Still there?'), 'it is at the desk');
    expect(performance.now() - before).toBeLessThan(1_500);
  });

  test('are looked for at the desk after a start: an older copy of the database doubles none of them', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.away(true);
    await visitor.say('Only once');
    await visitor.hears('You said: Only once');
    const file = join(relay.folder, 'baton.db');
    const copy = join(relay.folder, 'copy.db');
    const db = new Sqlite(file, { readonly: true });
    await db.backup(copy);
    db.close();
    relay.desk.people.away(false);
    relay.desk.people.hint();
    await quiet(relay);
    await relay.restart({
      async meanwhile() {
        for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true });
        await rename(copy, file);
      },
    });
    await quiet(relay);
    const lines = atDesk(relay.desk.people.thread());
    expect([count(lines, 'visitor: Only once'), count(lines, 'bot: You said: Only once')]).toEqual([1, 1]);
  });

  test('under a clock that was set back leave all the same, before and after a start', async () => {
    let at = Date.now();
    const start = performance.now();
    await using relay = await startRelay({
      desk: openMemory({ teams, now: () => at }),
      now: () => Math.round(at + (performance.now() - start)),
    });
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await quiet(relay);
    relay.desk.people.away(true);
    await visitor.say('Anybody?');
    await visitor.hears('You said: Anybody?');
    at -= 3_600_000;
    await relay.restart();
    relay.desk.people.away(false);
    await eventually(
      () => atDesk(relay.desk.people.thread()).includes('bot: You said: Anybody?'),
      'all of it is there',
    );
  });
});

describe('a desk that is out of reach', () => {
  test('is told after a while where people are involved, to a browser that comes then, too, and so is its return', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    relay.desk.people.away(true);
    await visitor.say('Hello?');
    await visitor.until(({ reached }) => reached.includes(false), 'told that the desk is away');
    const other = await relay.visit({ token: visitor.token });
    expect(other.welcome.conversation).toMatchObject({ deskAway: true });
    relay.desk.people.away(false);
    relay.desk.people.hint();
    await visitor.until(({ reached }) => reached.at(-1) === true, 'told that it is back');
    expect(visitor.reached).toEqual([false, true]);
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).at(-1)).toBe('visitor: Hello?');
  });
});

describe('what is deleted at the desk', () => {
  test('is in no note any more, what was made of it included', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('My code is 4711.');
    await visitor.hears('You said: My code is 4711.');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    const words = thread.messages.find(({ text }) => text === 'My code is 4711.');
    relay.bot.next({
      skills: [{ name: 'org.demo.shop.ReturnOrder', slots: { code: '4711' } }],
      handoff: { reason: 'angry', summary: 'The code is 4711.' },
    });
    relay.desk.people.away(true);
    await visitor.say('A person');
    await visitor.hears('[connecting]');
    relay.desk.people.quiet(true);
    relay.desk.people.away(false);
    relay.desk.people.next('hang', 'clear');
    relay.desk.people.remove(words?.id ?? 0);
    await eventually(async () => {
      const [id = ''] = await relay.store.withWork();
      const rows = await relay.store.work(id);
      return rows.some(({ status, task }) => status === 'sending' && task.lane === 'desk' && task.op.step === 'clear');
    }, 'the handoff has begun');
    relay.desk.people.quiet(false);
    relay.desk.people.hint([words?.id ?? 0]);
    await visitor.hears('[deleted]');
    relay.desk.people.release();
    await visitor.hears('[queued]');
    await quiet(relay);
    const notes = thread.messages.filter((one) => one.private).map(({ text }) => text);
    expect(notes.join()).toContain('is passed on by the assistant');
    expect(notes.join()).not.toContain('4711');
  });
});

test('a thread that a start finds without a word is gone on with before all others', async () => {
  const decided: string[] = [];
  await using relay = await startRelay({
    desk: openMemory({ teams }),
    around: (store) => ({
      ...store,
      commit: (id, version, changes) => {
        decided.push(id);
        return store.commit(id, version, changes);
      },
    }),
  });
  const { people } = relay.desk;
  const first = await relay.visit();
  await first.say('Hi');
  await first.hears('You said: Hi');
  await quiet(relay);
  people.next('unsent', 'say');
  const second = await relay.visit();
  await second.say('Hello');
  await eventually(() => people.threads.length === 2, 'the second thread is made');
  people.away(true);
  await first.say('Waiting');
  await first.hears('You said: Waiting');
  const [older, wordless] = await relay.store.withWork();
  expect(people.thread({ number: 2 }).messages).toEqual([]);
  await relay.restart({ meanwhile: async () => void decided.splice(0) });
  await eventually(() => decided.includes(older ?? ''), 'both are taken up');
  expect(decided[0]).toBe(wordless);
});

test('a desk that hangs is told as soon as one that is away', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  relay.desk.people.next('hang', 'say');
  await visitor.say('Hello?');
  await visitor.until(({ reached }) => reached.includes(false), 'told that the desk is away');
  relay.desk.people.release();
  await visitor.until(({ reached }) => reached.at(-1) === true, 'told that it is back');
});
