import { expect, test } from 'vitest';
import type { Json } from './model.ts';
import { ask, laterHarbour, listen, openStage } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

const asha = 'TOKEN-ASHA';

async function get<T>({ sandbox }: Stage, token: string, path: string): Promise<T> {
  return (await ask(sandbox.url, token, 'GET', path)).body as T;
}

async function post<T>({ sandbox }: Stage, token: string | null, path: string, body: Json = {}): Promise<T> {
  return (await ask(sandbox.url, token, 'POST', path, body)).body as T;
}

/** Subscribes as a person at the desk. */
async function open(stage: Stage, token: string) {
  const { id, pubsub_token } = await get<{ id: number; pubsub_token: string }>(stage, token, '/api/v1/profile');
  const socket = listen(stage.sandbox.url, pubsub_token, id);
  await socket.frame(({ type }) => type === 'confirm_subscription');
  return socket;
}

const eventsOf = (frames: Json[]) =>
  frames
    .map(({ message }) => (message as { event?: string } | undefined)?.event)
    .filter((event) => event !== undefined);

/** A visitor who has written. */
async function talk(stage: Stage, inbox: number, name: string) {
  const made = { inbox_id: inbox, source_id: name, name };
  const { payload } = await post<{ payload: { contact: { id: number } } }>(stage, asha, '/contacts', made);
  const contact_id = payload.contact.id;
  const begun = { inbox_id: inbox, source_id: name, contact_id };
  const { id } = await post<{ id: number }>(stage, asha, '/conversations', begun);
  await post(stage, asha, `/conversations/${id}/messages`, { content: `I am ${name}`, message_type: 'incoming' });
  return { contact_id, id };
}

const openInbox = (stage: Stage) =>
  post<{ id: number; inbox_identifier: string }>(stage, asha, '/inboxes', { name: 'Shop', channel: { type: 'api' } });

test('a person is there while their websocket is heard, and for twenty seconds after', async () => {
  let at = Date.parse('2026-11-23T10:00:00Z');
  await using stage = await openStage('4.14', { seed: laterHarbour, now: () => at });
  const there = async () => {
    const members = await get<{ name: string; availability_status: string }[]>(stage, asha, '/teams/1/team_members');
    return members.find(({ name }) => name === 'Mei Lin')?.availability_status;
  };
  expect(await there()).toBe('offline');
  using mei = await open(stage, 'TOKEN-MEI');
  expect(await there()).toBe('online');
  await ask(stage.sandbox.url, 'TOKEN-MEI', 'POST', '/api/v1/profile/availability', { availability: 'busy' });
  expect(await there()).toBe('busy');
  mei[Symbol.dispose]();
  at += 19_000;
  expect(await there()).toBe('busy');
  at += 1_000;
  expect(await there()).toBe('offline');
});

test('two visitors who become one are told of on the websocket, and the webhook hears of what they said', async () => {
  await using stage = await openStage('4.14', { seed: laterHarbour });
  const { id } = await openInbox(stage);
  await ask(stage.sandbox.url, asha, 'PATCH', `/inboxes/${id}`, {
    channel: { webhook_url: `${stage.receiver.url}/hook` },
  });
  const base = await talk(stage, id, 'Ana');
  const other = await talk(stage, id, 'Bo');
  await stage.sandbox.idle();
  stage.receiver.heard.length = 0;
  using socket = await open(stage, asha);
  const known = socket.frames.length;
  await post(stage, asha, '/actions/contact_merge', {
    base_contact_id: base.contact_id,
    mergee_contact_id: other.contact_id,
  });
  await socket.frame(({ message }) => (message as { event?: string } | undefined)?.event === 'contact.deleted');
  expect(eventsOf(socket.frames.slice(known)).filter((event) => event !== 'presence.update')).toEqual([
    'contact.merged',
    'conversation.contact_changed',
    'message.updated',
    'contact.deleted',
  ]);
  await stage.sandbox.idle();
  expect(stage.receiver.heard.map(({ body }) => [body['event'], body['content']])).toEqual([
    ['message_updated', 'I am Bo'],
  ]);
});

test('that the visitor has seen it is told to people, and not to the visitor', async () => {
  await using stage = await openStage('4.14', { seed: laterHarbour });
  const { id, inbox_identifier } = await openInbox(stage);
  const begun = await talk(stage, id, 'Ana');
  await post(stage, asha, `/conversations/${begun.id}/messages`, { content: 'Hello' });
  const own = `/public/api/v1/inboxes/${inbox_identifier}/contacts/Ana`;
  const visitor = await ask(stage.sandbox.url, null, 'GET', own);
  using visitors = listen(stage.sandbox.url, (visitor.body as { pubsub_token: string }).pubsub_token);
  await visitors.frame(({ type }) => type === 'confirm_subscription');
  using people = await open(stage, asha);
  await post(stage, null, `${own}/conversations/${begun.id}/update_last_seen`);
  const isRead = ({ message }: Json) => JSON.stringify(message ?? null).includes('"status":"read"');
  await Promise.all([people.frame(isRead), visitors.frame(isRead)]);
  expect(eventsOf(people.frames)).toContain('conversation.read');
  expect(eventsOf(visitors.frames)).not.toContain('conversation.read');
});
