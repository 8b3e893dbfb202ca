import { expect, test } from 'vitest';
import type { Fault } from './desks/memory/world.ts';
import { atDesk, joined, mara, quiet, startWithPeople } from './testing/people.ts';
import { eventually, type Visitor } from './testing/visit.ts';
import type { TestRelay } from './testing/start-relay.ts';

/* A rating on its way to the desk: whatever goes wrong, it is counted, and people read of it once. */

/** A visitor whom Mara has helped, and who is asked whether it was solved. */
async function helped(relay: TestRelay): Promise<Visitor> {
  const visitor = await joined(relay);
  relay.desk.people.assign(mara);
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await quiet(relay);
  return visitor;
}

function check(relay: TestRelay) {
  const thread = relay.desk.people.thread();
  expect(thread).toMatchObject({
    status: 'resolved',
    rating: { stars: 3, feedback: 'Slow, but *kind*.', agent: mara.name },
  });
  expect(atDesk(thread).filter((line) => line.includes('of 5'))).toHaveLength(1);
}

const rating = { stars: 3, text: ' Slow, but *kind*. ' } as const;

test.each<Fault>(['unsent', 'lostRequest', 'lostAnswer'])('%s at the rating loses nothing', async (fault) => {
  await using relay = await startWithPeople();
  const visitor = await helped(relay);
  relay.desk.people.next(fault, 'rate');
  await visitor.ask('chat:rate', rating);
  await visitor.hears('[rated]');
  await quiet(relay);
  check(relay);
});

test('the relay ends while the desk is at the rating, and the answer is never heard', async () => {
  await using relay = await startWithPeople();
  const visitor = await helped(relay);
  relay.desk.people.next('hang', 'rate');
  await visitor.ask('chat:rate', rating);
  const isSending = async () => {
    const rows = (await Promise.all((await relay.store.withWork()).map((id) => relay.store.work(id)))).flat();
    return rows.some(({ status, task }) => status === 'sending' && task.lane === 'desk' && task.op.kind === 'rate');
  };
  await eventually(isSending, 'the desk is at it');
  const over = relay.restart();
  relay.desk.people.release();
  await over;
  await quiet(relay);
  check(relay);
});

test('a desk that refuses a rating is told so in a note, and what is said next goes on', async () => {
  await using relay = await startWithPeople();
  const visitor = await helped(relay);
  const thread = relay.desk.people.thread();
  relay.desk.people.next('refused', 'rate');
  await visitor.ask('chat:rate', rating);
  await visitor.hears('[rated]');
  await visitor.say('One more thing');
  await visitor.hears('You said: One more thing');
  await quiet(relay);
  expect(thread.rating).toBeNull();
  expect(atDesk(thread).filter((line) => line.includes('(rate)'))).toHaveLength(1);
  expect(atDesk(relay.desk.people.thread())).toContain('visitor: One more thing');
});
