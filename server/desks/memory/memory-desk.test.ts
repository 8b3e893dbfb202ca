import { expect, test } from 'vitest';
import type { DeskTask, DeskThread, Hint } from '../desk.ts';
import { describeDesk } from '../desk.contract.ts';
import { openMemory } from './memory-desk.ts';

describeDesk('memory', () => {
  const agent = { key: '2', name: 'Mara Ostby' };
  const reconcileMs = 1_000;
  const other = { key: '3', name: 'Jon Abara' };
  const desk = openMemory({ reconcileMs: reconcileMs, teams: { support: [agent], sales: [other] } });
  const { people } = desk;
  people.online(agent, true);
  const done = Promise.resolve();
  return Promise.resolve({
    desk,
    team: 'support',
    otherTeam: 'sales',
    agent,
    other,
    reconcileMs,
    say: ({ source }, who, text) => Promise.resolve(people.say(who, text, { source })),
    note: ({ source }, who, text) => Promise.resolve(people.say(who, text, { source, private: true })),
    typing: ({ source }, who, on) => done.then(() => people.typing(who, on, { source })),
    setStatus: ({ source }, _who, status) => done.then(() => people.setStatus(status, { source })),
    remove: ({ source }, id) => done.then(() => people.remove(id, { source })),
    destroy: ({ source }) => done.then(() => people.destroy({ source })),
    texts: ({ source }) =>
      Promise.resolve(
        people.thread({ source }).messages.map(({ by, text, private: isPrivate }) => ({
          by: by === 'system' ? ('desk' as const) : by,
          text,
          private: isPrivate,
        })),
      ),
    visitorOf: ({ source }) => Promise.resolve(people.thread({ source }).visitor),
    away: (on) => done.then(() => people.away(on)),
    rating: ({ source }) => Promise.resolve(people.thread({ source }).rating),
    lose: (what, of) =>
      done.then(() => people.next(what === 'answer' ? 'lostAnswer' : 'lostRequest', of === 'rating' ? 'rate' : 'say')),
    [Symbol.asyncDispose]: () => done,
  });
});

const mara = { key: '2', name: 'Mara Ostby' };
const thread: DeskThread = {
  conversation: 'c',
  round: 1,
  home: 'memory',
  source: 's',
  ref: null,
  cursor: 0,
  takesAfter: null,
};
const visitor = { id: 'v', name: 'Visitor', site: 'demo', language: 'en', page: null };
const task = (op: DeskTask['op'], more: Partial<DeskTask> = {}): DeskTask => ({
  op,
  thread,
  visitor,
  sentAt: null,
  mayLeave: () => true,
  ...more,
});

test('a lost answer is found out, and the message is there once', async () => {
  const desk = openMemory();
  await desk.perform(task({ key: 'a', kind: 'begin', step: 'begin' }));
  desk.people.next('lostAnswer', 'say');
  const say = task(
    { key: 'b', kind: 'say', step: 'say', message: 'm' },
    { message: { author: { kind: 'bot' }, text: 'Which one?', choices: [{ title: 'Red', value: 'r' }] } },
  );
  expect(await desk.perform(say)).toMatchObject({ result: 'unknown' });
  expect(await desk.reconcile(say)).toMatchObject({ result: 'done', deskId: 101 });
  await desk.perform({ ...say, sentAt: 0 });
  expect(desk.people.thread().messages.map(({ text }) => text)).toEqual(['Which one?\n\n- Red']);
});

test('a person who answers is heard and read', async () => {
  const desk = openMemory();
  const hints: Hint[] = [];
  const watch = {
    handIn: () => {},
    heard: (hint: Hint) => void hints.push(hint),
    peopleInvolved: () => false,
    since: 0,
    caughtUp: () => {},
  };
  await using _watching = desk.watch(watch);
  await desk.perform(task({ key: 'a', kind: 'begin', step: 'begin' }));
  const id = desk.people.say(mara, 'Hello');
  expect(hints).toEqual([{ thread: { home: 'memory', number: 1 }, ids: [id] }]);
  expect(await desk.read(thread, new Set())).toMatchObject({
    result: 'read',
    events: [{ kind: 'said', id, agent: mara }],
  });
});
