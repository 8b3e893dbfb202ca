import { describe, expect, test } from 'vitest';
import type { Json } from './model.ts';
import { ask, openStage } from './testing/stage.ts';
import type { Heard, Stage } from './testing/stage.ts';

const administrator = 'sandbox-administrator';

/** An inbox with a bot that is told, and a visitor's conversation in it. */
async function withBot({ sandbox, receiver }: Stage) {
  const post = async (path: string, body: Json) =>
    (await ask(sandbox.url, administrator, 'POST', path, body)).body as Json;
  const bot = await post('/agent_bots', { name: 'Fern', outgoing_url: `${receiver.url}/bot` });
  const inbox = await post('/inboxes', { name: 'Shop', enable_auto_assignment: false, channel: { type: 'api' } });
  await post(`/inboxes/${String(inbox['id'])}/set_agent_bot`, { agent_bot: bot['id'] });
  const contact = await post('/contacts', { inbox_id: inbox['id'], source_id: 'ana', name: 'Ana' });
  const { id } = (contact['payload'] as { contact: { id: number } }).contact;
  const talk = await post('/conversations', { inbox_id: inbox['id'], contact_id: id, source_id: 'ana' });
  const path = `/conversations/${String(talk['id'])}`;
  return {
    secret: String(bot['secret']),
    say: (content: string) => post(`${path}/messages`, { content, message_type: 'incoming' }),
    status: async () => ((await ask(sandbox.url, administrator, 'GET', path)).body as Json)['status'],
  };
}

const told = (heard: Heard[], event: string) => heard.filter(({ body }) => body['event'] === event);

describe('a bot that is told', () => {
  test('and answers 500 is told three times by 4.14, as one delivery, and loses the conversation then', async () => {
    await using stage = await openStage('4.14', { switches: { retryMs: 1 } });
    const talk = await withBot(stage);
    stage.receiver.answers(500);
    await talk.say('Hello');
    await stage.sandbox.idle();
    const tries = told(stage.receiver.heard, 'message_created');
    expect(tries).toHaveLength(3);
    expect(new Set(tries.map(({ headers }) => headers['x-chatwoot-delivery'])).size).toBe(1);
    expect(await talk.status()).toBe('open');
  });

  test('and answers well at last keeps the conversation', async () => {
    await using stage = await openStage('4.14', { switches: { retryMs: 1 } });
    const talk = await withBot(stage);
    const replies = [500, 429, 204];
    stage.receiver.answers(() => replies.shift() ?? 200);
    await talk.say('Hello');
    await stage.sandbox.idle();
    expect(told(stage.receiver.heard, 'message_created')).toHaveLength(3);
    expect(await talk.status()).toBe('pending');
  });

  test.for([
    ['4.10', 500],
    ['4.14', 404],
    ['4.14', 'cut'],
  ] as const)('by %s and answers %s is told once, and loses the conversation', async ([version, reply]) => {
    await using stage = await openStage(version);
    const talk = await withBot(stage);
    stage.receiver.answers(reply);
    await talk.say('Hello');
    await stage.sandbox.idle();
    expect(told(stage.receiver.heard, 'message_created')).toHaveLength(1);
    expect(await talk.status()).toBe('open');
  });

  test('is not asked to be quick: the visitor is answered while it thinks', async () => {
    await using stage = await openStage('4.14', { switches: { timeoutMs: 60_000 } });
    const talk = await withBot(stage);
    stage.receiver.answers('hang');
    const said = await talk.say('Hello');
    expect(said['content']).toBe('Hello');
    expect(await talk.status()).toBe('pending');
  });
});
