import { expect, test } from 'vitest';
import { atDesk, mara, quiet, startWithPeople } from './testing/people.ts';
import type { TestRelay } from './testing/start-relay.ts';
import { eventually, type Visitor } from './testing/visit.ts';
import type { Fault } from './desks/memory/world.ts';
import type { StepName } from './desks/steps.ts';

/* What goes wrong between relay and desk, at each step of a handoff: nothing is lost, and nothing is there twice. */

const steps: StepName[] = ['begin', 'say', 'clear', 'describe', 'note', 'open', 'team', 'check'];

/** A whole round: something said, a person asked for, an answer, the end. `at` is called in each gap. */
async function round(relay: TestRelay, at: (gap: number) => Promise<void> = async () => {}) {
  const first = await relay.visit();
  const { token } = first;
  first.close();
  const now = async (): Promise<Visitor> => relay.visit({ token });
  const ask = async (id: string) => {
    const visitor = await now();
    await visitor.say(`words ${id}`, id);
    return visitor;
  };
  await at(0);
  await (await ask('m1')).hears('You said: words m1');
  await at(1);
  await (await now()).ask('handoff:ask', { id: 'a1' });
  await at(2);
  await (await now()).ask('handoff:choose', { topic: null });
  await at(3);
  await ask('m2');
  await at(4);
  await (await now()).hears('[queued]');
  await at(5);
  await quiet(relay);
  relay.desk.people.say(mara, 'Mara here.');
  await at(6);
  relay.desk.people.hint();
  await (await now()).hears('Mara here.');
  await ask('m3');
  await at(7);
  await quiet(relay);
  relay.desk.people.setStatus('resolved');
  await at(8);
  relay.desk.people.hint();
  await (await now()).hears('[resolved]');
  await at(9);
  const last = await ask('m4');
  await last.hears('You said: words m4');
  await at(10);
  await quiet(relay);
  return now();
}

const ours = ['visitor: words m1', 'bot: You said: words m1', 'visitor: words m2', 'visitor: words m3'];

async function checkRound(relay: TestRelay, visitor: Visitor) {
  expect(visitor.transcript().slice(1)).toEqual([
    'visitor: words m1',
    'bot: You said: words m1',
    '[asked]',
    '[connecting]',
    ...visitor.transcript().slice(5, 7),
    '[joined]',
    'Mara Ostby: Mara here.',
    'visitor: words m3',
    '[resolved]',
    '[wroteAgain]',
    'visitor: words m4',
    'bot: You said: words m4',
  ]);
  // The desk may have it before or after the visitor goes on.
  expect(visitor.transcript().slice(5, 7).sort()).toEqual(['[queued]', 'visitor: words m2']);
  expect([...visitor.events.keys()].sort((a, b) => a - b)).toEqual(visitor.transcript().map((_, i) => i + 1));
  const [one, two, ...more] = relay.desk.people.threads;
  expect(more).toEqual([]);
  const words = (thread = one) => atDesk(thread!).filter((line) => !line.startsWith('('));
  expect(words(one).slice(1)).toEqual([...ours.slice(0, 3), 'Mara Ostby: Mara here.', 'visitor: words m3']);
  expect(words(two)).toEqual(['visitor: words m4', 'bot: You said: words m4']);
  expect(atDesk(one!).filter((line) => line.includes('asked for a person'))).toHaveLength(1);
  expect(one).toMatchObject({ status: 'resolved', team: 'support' });
}

const faults: [Fault, StepName][] = [
  ...steps.map((step): [Fault, StepName] => ['lostAnswer', step]),
  ...steps.map((step): [Fault, StepName] => ['lostRequest', step]),
  ['unsent', 'say'],
  ['unsent', 'open'],
];

test.concurrent.each(faults)('%s at the step "%s" changes nothing that anybody sees', async (fault, step) => {
  await using relay = await startWithPeople();
  for (let i = 0; i < (step === 'say' ? 3 : 1); i += 1) relay.desk.people.next(fault, step);
  await checkRound(relay, await round(relay));
});

test.concurrent.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('the relay ends and starts again in gap %i', async (gap) => {
  await using relay = await startWithPeople();
  await checkRound(
    relay,
    await round(relay, async (at) => {
      if (at === gap) await relay.restart();
    }),
  );
});

test.concurrent.each(steps)(
  'the relay ends while the desk is at the step "%s", and the answer is never heard',
  async (step) => {
    await using relay = await startWithPeople();
    relay.desk.people.next('hang', step);
    const isSending = async () => {
      const ids = await relay.store.withWork();
      if (step === 'say') {
        const all = await Promise.all(ids.map((id) => relay.store.conversation(id)));
        return all.some((one) => one?.marks.telling?.status === 'sending');
      }
      const rows = (await Promise.all(ids.map((id) => relay.store.work(id)))).flat();
      return rows.some(({ status, task }) => status === 'sending' && task.lane === 'desk' && task.op.step === step);
    };
    const gap = step === 'begin' || step === 'say' ? 1 : 3;
    const visitor = await round(relay, async (at) => {
      if (at !== gap) return;
      await eventually(isSending, 'the desk is at it');
      const over = relay.restart();
      relay.desk.people.release();
      await over;
    });
    await checkRound(relay, visitor);
  },
);

test.concurrent.each([1, 3, 4, 5, 7, 9])('the desk is away for a while in gap %i', async (gap) => {
  await using relay = await startWithPeople({ settings: ({ times }) => (times.transfer = 600_000) });
  let back: Promise<unknown> | undefined;
  await checkRound(
    relay,
    await round(relay, async (at) => {
      if (at !== gap) return;
      relay.desk.people.away(true);
      back = new Promise((resolve) => setTimeout(resolve, 150)).then(() => {
        relay.desk.people.away(false);
        if (relay.desk.people.threads.length > 0) relay.desk.people.hint();
      });
      // What is read by hand in the round itself needs the desk.
      if (at >= 5) await back;
    }),
  );
  await back;
});

test('a handoff that the desk does not take in time is given up, told, and taken back when it can be', async () => {
  await using relay = await startWithPeople({ settings: ({ times }) => (times.transfer = 4_000) });
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  await quiet(relay);
  relay.desk.people.away(true);
  await visitor.ask('handoff:ask', { id: 'a' });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.say('Anybody?');
  await visitor.hears('[failed]');
  await visitor.hears('You said: Anybody?');
  relay.desk.people.away(false);
  await quiet(relay);
  expect(relay.desk.people.thread()).toMatchObject({ status: 'pending', team: null });
  expect(atDesk(relay.desk.people.thread()).filter((line) => line === 'visitor: Anybody?')).toHaveLength(1);
});

test('a desk that refuses to open a thread fails the handoff; one that refuses a team does not', async () => {
  await using relay = await startWithPeople();
  const visitor = await relay.visit();
  relay.desk.people.next('refused', 'open');
  await visitor.ask('handoff:ask', { id: 'a' });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.hears('[failed]');
  await quiet(relay);
  relay.desk.people.next('refused', 'team');
  await visitor.ask('handoff:ask', { id: 'b' });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.hears('[queued]');
});

test('a desk that refuses the first step is asked again, without hurry, and what waits behind it is not lost', async () => {
  await using relay = await startWithPeople();
  for (let i = 0; i < 3; i += 1) relay.desk.people.next('refused', 'begin');
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  await quiet(relay);
  expect(relay.desk.people.threads).toHaveLength(1);
  expect(atDesk(relay.desk.people.thread()).slice(1)).toEqual(['visitor: Hi', 'bot: You said: Hi']);
});

test('what is taken back between looking and sending is not sent', async () => {
  let isHeld = false;
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await using relay = await startWithPeople({
    around: (store) => ({
      ...store,
      // The visitor's last words are fetched for the note to people, before it is sent.
      events: async (id, after, limit, bytes) => {
        if (limit === 1) {
          isHeld = true;
          await held;
        }
        return store.events(id, after, limit, bytes);
      },
    }),
  });
  const visitor = await relay.visit();
  await visitor.say('Hi', 'm1');
  await visitor.hears('You said: Hi');
  await visitor.ask('handoff:ask', { id: 'a' });
  await visitor.ask('handoff:choose', { topic: null });
  await eventually(() => isHeld, 'the note is about to be sent');
  await visitor.ask('handoff:cancel', {});
  go();
  await quiet(relay);
  const notes = atDesk(relay.desk.people.thread())
    .filter((line) => line.startsWith('('))
    .join();
  expect(notes).not.toContain('asked for a person');
  expect(notes).toContain('left the queue');
});

test('a person who answers before we know of the thread that we made is heard', async () => {
  await using relay = await startWithPeople();
  relay.desk.people.next('lostAnswer', 'begin');
  const visitor = await relay.visit();
  await visitor.say('Hi');
  await eventually(() => relay.desk.people.threads.length === 1, 'the desk has made it');
  relay.desk.people.say(mara, 'I was quicker than your answer.');
  const before = Date.now();
  await visitor.hears('I was quicker');
  expect(Date.now() - before).toBeLessThan(15_000);
});

test('while nothing can be kept, work stands still instead of spinning, and agents’ words are not lost', async () => {
  let isFull = false;
  let refused = 0;
  await using relay = await startWithPeople({
    around: (store) => ({
      ...store,
      commit: async (...args) => {
        if (!isFull) return store.commit(...args);
        refused += 1;
        throw new Error('disk full');
      },
    }),
  });
  const visitor = await relay.visit();
  relay.desk.people.away(true);
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  relay.desk.people.away(false);
  await quiet(relay);
  isFull = true;
  relay.desk.people.say(mara, 'Can you hear me?');
  await eventually(() => refused > 3, 'it is tried');
  // Twenty times as fast as usual: a lane that paused for two seconds was refused some ten times a second.
  expect(refused).toBeLessThan(30);
  isFull = false;
  await visitor.hears('Can you hear me?');
  await quiet(relay);
});

test('a site that is no longer configured keeps nobody from starting', async () => {
  await using relay = await startWithPeople({
    settings: ({ sites }) => (sites['old'] = { ...sites['demo']! }),
  });
  relay.desk.people.away(true);
  const visitor = await relay.visit({ site: 'old' });
  await visitor.say('Hi');
  delete relay.config.sites['old'];
  await relay.restart();
  relay.desk.people.away(false);
  const other = await relay.visit();
  await other.say('Hi');
  await other.hears('You said: Hi');
});
