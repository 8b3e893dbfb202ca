import { expect, test } from 'vitest';
import type { ChatwootDesk } from './desks/chatwoot/chatwoot-desk.ts';
import { startDesk, type DeskUnderTest, type Json } from './desks/chatwoot/testing/start-desk.ts';
import type { MemoryDesk } from './desks/memory/memory-desk.ts';
import { isQuiet } from './testing/people.ts';
import { startRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* An agent begins a conversation with a visitor whom they know. Where the inbox is locked to a single one, it is that one. */

/** A whole relay with the sandbox as its desk, in an inbox that is not locked to a single conversation. */
async function startStage(options: Parameters<typeof startDesk>[0] = {}) {
  const under = await startDesk(options);
  await under.as('asha', 'PATCH', 'inboxes/1', { lock_to_single_conversation: false });
  const desk = await under.reopen();
  // Only the port of it is used here, never the test's hands at a desk in memory.
  const relay = await startRelay({ desk: desk as ChatwootDesk as unknown as MemoryDesk });
  return {
    under,
    relay,
    async [Symbol.asyncDispose]() {
      await relay[Symbol.asyncDispose]();
      await under[Symbol.asyncDispose]();
    },
  };
}

/** As the dashboard's “New conversation” does it. @returns the number of the new one */
async function beginAs({ as }: DeskUnderTest, who: 'mara' | 'jon', assignee: number, content: string): Promise<number> {
  const { meta } = await as('asha', 'GET', 'conversations/1');
  const contact = meta.sender.id as number;
  const { payload } = await as(who, 'GET', `contacts/${contact}/contactable_inboxes`);
  const [{ source_id, inbox }] = payload as [Json];
  const body = { inbox_id: inbox.id, contact_id: contact, source_id, assignee_id: assignee, message: { content } };
  return (await as(who, 'POST', 'conversations', body)).id as number;
}

const said = async ({ as }: DeskUnderTest, number: number): Promise<string[]> => {
  const { payload } = await as('asha', 'GET', `conversations/${number}/messages`);
  return (payload as Json[])
    .filter((row) => !row.private && row.message_type !== 2)
    .map((row) => row.content as string);
};

test.each([
  ['by the websocket', { desk: { timing: { sweepMs: 600_000, calmSweepMs: 600_000 } } }],
  [
    'by looking alone',
    { sandbox: { switches: { refuseCable: true } }, desk: { timing: { sweepMs: 50, calmSweepMs: 50 } } },
  ],
])(
  'a conversation that an agent begins with a visitor of the bot’s is taken up, heard %s: it is theirs, and goes on there',
  async (_how, options) => {
    await using stage = await startStage(options);
    const { under, relay } = stage;
    const visitor = await relay.visit();
    await visitor.say('hello');
    await visitor.hears('bot:');
    await eventually(() => isQuiet(relay), 'all is at the desk');
    const number = await beginAs(under, 'mara', 2, 'I found your lamp.');
    expect(number).not.toBe(1);
    await visitor.hears('Mara Ostby: I found your lamp.');
    await eventually(async () => {
      const { status, meta } = await under.as('asha', 'GET', `conversations/${number}`);
      return status === 'open' && meta.assignee?.id === 2;
    }, 'it is open, and hers');
    await visitor.say('Where was it?');
    await eventually(async () => (await said(under, number)).includes('Where was it?'), 'the visitor is heard there');
    await under.as('mara', 'POST', `conversations/${number}/messages`, { content: 'Under the table.' });
    await visitor.hears('Mara Ostby: Under the table.');
    expect(visitor.transcript().filter((line) => line.startsWith('Mara'))).toHaveLength(2);
    expect(await said(under, 1)).not.toContain('Where was it?');
  },
);

test('what is said in the conversation of before, after another was begun, is heard as well', async () => {
  await using stage = await startStage({ desk: { timing: { sweepMs: 600_000, calmSweepMs: 600_000 } } });
  const { under, relay } = stage;
  const visitor = await relay.visit();
  await visitor.say('hello');
  await visitor.hears('bot:');
  await eventually(() => isQuiet(relay), 'all is at the desk');
  const number = await beginAs(under, 'mara', 2, 'I found your lamp.');
  await visitor.hears('Mara Ostby: I found your lamp.');
  await eventually(() => isQuiet(relay), 'it is hers');
  await under.as('mara', 'POST', 'conversations/1/messages', { content: 'And your hat.' });
  await visitor.hears('Mara Ostby: And your hat.');
  await under.as('mara', 'POST', `conversations/${number}/messages`, { content: 'Both are here.' });
  await visitor.hears('Mara Ostby: Both are here.');
});
