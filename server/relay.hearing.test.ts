import { expect, test } from 'vitest';
import { startDesk, type DeskUnderTest } from './desks/chatwoot/testing/start-desk.ts';
import type { ChatwootDesk } from './desks/chatwoot/chatwoot-desk.ts';
import type { MemoryDesk } from './desks/memory/memory-desk.ts';
import { countRequests, type Requests } from './testing/count-requests.ts';
import { isQuiet } from './testing/people.ts';
import { startRelay, type TestRelay } from './testing/start-relay.ts';
import { eventually, type Visitor } from './testing/visit.ts';

/* How long an agent's word takes, counted in requests: a whole relay, and the sandbox as its desk. */

const administrator = 'sandbox-administrator';

interface Stage extends AsyncDisposable {
  under: DeskUnderTest;
  relay: TestRelay;
  visitor: Visitor;
  /** The relay's, from the start. */
  requests: Requests;
  /** An agent's hands. */
  say(text: string, more?: object): Promise<number>;
  /** The desk's delivery of a message, as far as it is of use. */
  deliver(id: number): void;
}

/** A visitor with a person, and nothing left to be read or written. */
async function withPerson(options: Parameters<typeof startDesk>[0] = {}): Promise<Stage> {
  const requests = countRequests(administrator);
  const under = await startDesk({
    ...options,
    desk: { timing: { sweepMs: 600_000, calmSweepMs: 600_000 }, ...options.desk },
  });
  // Only the port of it is used here, never the test's hands at a desk in memory.
  const relay = await startRelay({ desk: under.desk as ChatwootDesk as unknown as MemoryDesk });
  const visitor = await relay.visit();
  await visitor.ask('handoff:ask', { id: 'a' });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.hears('[assigned]'); // to Mara, who is online
  await eventually(() => isQuiet(relay), 'nothing is left to do');
  const url = (await under.as('asha', 'GET', 'inboxes/1')).webhook_url as string | null;
  const secret = url?.split('/').at(-1) ?? '';
  const say: Stage['say'] = async (content, more = {}) =>
    (await under.as('mara', 'POST', 'conversations/1/messages', { content, ...more })).id as number;
  const deliver: Stage['deliver'] = (id) => {
    const conversation = { id: 1, inbox_id: 1 };
    const event = { event: 'message_created', id, message_type: 'outgoing', private: false, conversation };
    expect(under.desk.webhook.receive(Buffer.from(JSON.stringify(event)), {}, secret)).toBe(200);
  };
  const stage: Stage = {
    under,
    relay,
    visitor,
    requests,
    say,
    deliver,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await under[Symbol.asyncDispose]();
      requests[Symbol.dispose]();
    },
  };
  const hello = await say('Hello');
  if (url) deliver(hello);
  await visitor.hears('Mara Ostby: Hello');
  await calm(requests);
  requests.clear();
  return stage;
}

/** Every request was answered, and no other follows: whatever was heard of has been read. */
async function calm({ asked, answered }: Requests) {
  for (let before = -1; before !== asked.length || answered.length < before;) {
    before = asked.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** All that is read from now on takes so long. */
const slow = ({ under }: Stage, path: string, hangMs: number) =>
  under.sandbox.fault({ path, method: 'GET', times: 1_000, hangMs, after: true });

test.each(['4.10', '4.14'] as const)(
  '%s: with the websocket a word is on the screen before anything is read, and once',
  async (chatwoot) => {
    await using stage = await withPerson({ sandbox: { switches: { chatwoot } } });
    const { visitor, say, requests } = stage;
    slow(stage, '.', 400);
    const id = await say('one\\\ntwo');
    await visitor.hears('one');
    expect(requests.answered).toEqual([]);
    const shown = [...visitor.events.values()].at(-1);
    expect(shown).toMatchObject({
      kind: 'message',
      message: { id: `d.1.${id}`, author: { kind: 'agent', name: 'Mara Ostby' }, text: 'one\ntwo' },
    });
    await calm(requests);
    expect(requests.answered.some((one) => one.includes('/messages'))).toBe(true);
    expect(visitor.transcript().filter((line) => line.includes('one'))).toHaveLength(1);
  },
);

test('with the webhook alone one request lies between hearing and showing: who has the thread is read beside it', async () => {
  await using stage = await withPerson({
    sandbox: { switches: { refuseCable: true } },
    desk: { publicUrl: 'http://127.0.0.1:9' }, // its deliveries are made by hand
  });
  const { visitor, say, deliver, requests } = stage;
  const id = await say('one');
  slow(stage, '/conversations/\\d+$', 1_000);
  deliver(id);
  await visitor.hears('Mara Ostby: one');
  const reads = requests.answered.filter((one) => one.includes('/conversations/'));
  expect(reads).toEqual([expect.stringContaining('/conversations/1/messages')]);
  await calm(requests);
  expect(visitor.transcript().filter((line) => line.includes('one'))).toHaveLength(1);
});

test('with the websocket, a private note, a file, the bot’s words and the visitor’s own are shown as a reading shows them', async () => {
  await using stage = await withPerson();
  const { visitor, say, under, requests } = stage;
  await say('the customer is odd', { private: true });
  await visitor.say('the visitor’s own');
  await eventually(async () => (await under.messages({ ref: { number: 1 } } as never)).length > 4, 'it is at the desk');
  const form = new FormData();
  form.append('content', 'the list');
  form.append('attachments[]', new Blob(['a,b'], { type: 'text/csv' }), 'list.csv');
  const url = `${under.sandbox.url}/api/v1/accounts/1/conversations/1/messages`;
  await fetch(url, { method: 'POST', headers: { 'Api-Access-Token': 'sandbox-mara' }, body: form });
  await visitor.hears('the list');
  await say('the end');
  await visitor.hears('the end');
  await calm(requests);
  expect(visitor.transcript().slice(-3)).toEqual([
    'visitor: the visitor’s own',
    'Mara Ostby: the list',
    'Mara Ostby: the end',
  ]);
  const list = [...visitor.events.values()].find((one) => one.kind === 'message' && one.message.text === 'the list');
  expect(list).toMatchObject({ message: { files: [{ name: 'list.csv' }] } });
  expect(visitor.transcript().join()).not.toContain('odd');
});
