import { expect, test } from 'vitest';
import type { DeskEraser } from '../desks/desk.ts';
import { startRelay } from '../testing/start-relay.ts';
import { eventually } from '../testing/visit.ts';
import { eraseConversation } from './erase.ts';

/** A conversation that the desk has, and a desk that answers what a test says. */
async function stage() {
  const relay = await startRelay();
  const visitor = await relay.visit();
  await visitor.say('My address is 5 Mill Lane');
  await eventually(async () => (await relay.store.list('', 10)).length === 1, 'it is kept');
  const [{ id } = { id: '' }] = await relay.store.list('', 10);
  await eventually(async () => (await relay.store.threads(id))[0]?.ref !== null, 'the desk has it');
  const erase = (answer: DeskEraser['erase']) => {
    const eraser: DeskEraser = { erase: answer, async [Symbol.asyncDispose]() {} };
    return eraseConversation({ store: relay.store, eraser, now: Date.now }, id);
  };
  return { relay, visitor, id, erase, [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose]() };
}

test('what the visitor writes while the desk is being asked is erased with the rest', async () => {
  await using one = await stage();
  let asked = 0;
  await one.erase(async () => {
    asked += 1;
    if (asked === 1) await one.visitor.say('And my name is Ada');
    return { result: 'done', removed: [], left: [] };
  });
  expect(asked).toBeGreaterThan(2);
  expect(await one.relay.store.conversation(one.id)).toBeUndefined();
});

test('a desk that is away once all is erased here is told as what is left, and not as a failure', async () => {
  await using one = await stage();
  let asked = 0;
  const { left } = await one.erase(async () => {
    asked += 1;
    const isGone = (await one.relay.store.conversation(one.id)) === undefined;
    return isGone ? { result: 'away', why: 'no answer' } : { result: 'done', removed: [], left: [] };
  });
  expect(asked).toBeGreaterThan(1);
  expect(left).toEqual([
    expect.stringMatching(/could not be asked again \(no answer\); look at conversation \d+ there$/),
  ]);
});
