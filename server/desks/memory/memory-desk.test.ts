import { expect, test } from 'vitest';
import type { DeskTask, DeskThread, Hint } from '../desk.ts';
import { openMemory } from './memory-desk.ts';

const mara = { key: '2', name: 'Mara Ostby' };
const thread: DeskThread = { conversation: 'c', round: 1, home: 'memory', source: 's', ref: null, cursor: 0 };
const visitor = { id: 'v', name: 'Visitor', language: 'en', page: null };
const task = (op: DeskTask['op'], more: Partial<DeskTask> = {}): DeskTask => ({
  op,
  thread,
  visitor,
  sentAt: null,
  ...more,
});

test('a lost answer is found out, and the message is there once', async () => {
  const desk = openMemory();
  await desk.perform(task({ key: 'a', step: 'begin' }));
  desk.people.next('lostAnswer', 'say');
  const say = task(
    { key: 'b', step: 'say', message: 'm' },
    { message: { author: { kind: 'bot' }, text: 'Which one?', choices: [{ title: 'Red', value: 'r' }], at: 0 } },
  );
  expect(await desk.perform(say)).toMatchObject({ result: 'unknown' });
  expect(await desk.settle(say)).toMatchObject({ result: 'done', deskId: 101 });
  await desk.perform(say);
  expect(desk.people.thread().messages.map(({ text }) => text)).toEqual(['Which one?\n\n- Red']);
});

test('a person who answers is heard and read', async () => {
  const desk = openMemory();
  const hints: Hint[] = [];
  const watch = { heard: (hint: Hint) => hints.push(hint), peopleInvolved: () => false, since: 0, caughtUp: () => {} };
  await using _watching = desk.watch(watch);
  await desk.perform(task({ key: 'a', step: 'begin' }));
  const id = desk.people.say(mara, 'Hello');
  expect(hints).toEqual([{ thread: { home: 'memory', number: 1 }, ids: [id] }]);
  expect(await desk.read(thread, new Set())).toMatchObject({
    result: 'read',
    events: [{ kind: 'said', id, agent: mara }],
  });
});
