import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json } from './model.ts';
import { createSandbox } from './server.ts';
import type { SandboxOptions } from './server.ts';
import { ask, listen, openStage, until } from './testing/stage.ts';
import type { Stage } from './testing/stage.ts';

const administrator = 'sandbox-administrator';

/** A stage with an inbox of Mara, Jon and Wim, a bot, and a first conversation in it. */
async function openDesk(options: SandboxOptions = {}, inbox: Json = {}) {
  const stage = await openStage('4.14', options);
  const { url } = stage.sandbox;
  const as = (token: string, method: string, path: string, body?: unknown) => ask(url, token, method, path, body);
  const channel = { type: 'api', webhook_url: `${stage.receiver.url}/hook` };
  const wanted = {
    name: 'Website',
    enable_auto_assignment: false,
    lock_to_single_conversation: true,
    channel,
    ...inbox,
  };
  const { id } = (await as(administrator, 'POST', '/inboxes', wanted)).body as { id: number };
  const bot = (await as(administrator, 'POST', '/agent_bots', { name: 'Bot' })).body as {
    id: number;
    access_token: string;
  };
  await as(administrator, 'POST', `/inboxes/${id}/set_agent_bot`, { agent_bot: bot.id });
  await as(administrator, 'POST', '/inbox_members', { inbox_id: id, user_ids: [2, 3, 4] });
  const contact = { inbox_id: id, source_id: 'visitor-1', name: 'Wren Tolley' };
  const { payload } = (await as(administrator, 'POST', '/contacts', contact)).body as {
    payload: { contact: { id: number } };
  };
  const place = { inbox_id: id, contact_id: payload.contact.id, source_id: 'visitor-1' };
  const begun = await as(administrator, 'POST', '/conversations', place);
  const talk = `/conversations/${(begun.body as { id: number }).id}`;
  await stage.sandbox.idle();
  stage.receiver.heard.length = 0;
  return {
    stage,
    url,
    as,
    inbox: id,
    place,
    talk,
    bot: bot.access_token,
    visitorSays: (content: string) =>
      as(bot.access_token, 'POST', `${talk}/messages`, { content, message_type: 'incoming' }),
    [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
  };
}

const events = ({ receiver }: Stage) => receiver.heard.map(({ body }) => body['event']);
const texts = ({ receiver }: Stage) => receiver.heard.map(({ body }) => body['content']);

describe('who may do what', () => {
  test('agents see the inboxes they are in, and no others', async () => {
    await using desk = await openDesk();
    await desk.as(administrator, 'PATCH', '/inbox_members', { inbox_id: desk.inbox, user_ids: [2] });
    expect((await desk.as('sandbox-mara', 'GET', desk.talk)).status).toBe(200);
    expect(await desk.as('sandbox-jon', 'GET', desk.talk)).toEqual({
      status: 401,
      body: { error: 'You are not authorized to do this action' },
    });
    const { body } = await desk.as('sandbox-jon', 'GET', '/conversations?status=all');
    expect(body).toMatchObject({ data: { meta: { all_count: 0 }, payload: [] } });
  });

  test('both spellings of the token header are taken', async () => {
    await using sandbox = await createSandbox();
    for (const name of ['api_access_token', 'Api-Access-Token']) {
      const answer = await fetch(`${sandbox.url}/api/v1/profile`, { headers: { [name]: administrator } });
      expect(answer.status).toBe(200);
    }
  });

  test('a bot of 4.10 may not type', async () => {
    await using desk = await openDesk();
    const type = () => desk.as(desk.bot, 'POST', `${desk.talk}/toggle_typing_status`, { typing_status: 'on' });
    expect((await type()).status).toBe(200);
    desk.stage.sandbox.set({ chatwoot: '4.10' });
    expect((await type()).status).toBe(401);
  });
});

describe('conversations', () => {
  test('three creations at once give one conversation where the inbox keeps to one', async () => {
    await using desk = await openDesk();
    const fresh = { ...desk.place, source_id: 'visitor-2' };
    const made = await Promise.all([1, 2, 3].map(() => desk.as(administrator, 'POST', '/conversations', fresh)));
    expect(new Set(made.map(({ body }) => (body as Json)['id'])).size).toBe(1);
    await desk.stage.sandbox.idle();
    expect(events(desk.stage)).toEqual(['conversation_created']);
  });

  test('the list has pages of 25, but all in one where it is asked for what moved', async () => {
    await using desk = await openDesk({}, { lock_to_single_conversation: false });
    for (let n = 0; n < 26; n++) await desk.as(administrator, 'POST', '/conversations', desk.place);
    const length = async (query: string) => {
      const { body } = await desk.as(administrator, 'GET', `/conversations?status=all&${query}`);
      return (body as { data: { payload: unknown[] } }).data.payload.length;
    };
    expect([await length('page=1'), await length('page=2'), await length('updated_within=900')]).toEqual([25, 2, 27]);
  });

  test('a deletion at the desk blanks a message and moves no cursor', async () => {
    await using desk = await openDesk();
    const said = await desk.as('sandbox-mara', 'POST', `${desk.talk}/messages`, { content: 'oops' });
    const moved = async () => ((await desk.as(administrator, 'GET', desk.talk)).body as Json)['updated_at'];
    const before = await moved();
    const { id } = said.body as { id: number };
    const { body } = await desk.as('sandbox-mara', 'DELETE', `${desk.talk}/messages/${id}`);
    expect(body).toMatchObject({ id, content: 'This message was deleted', content_attributes: { deleted: true } });
    expect(await moved()).toBe(before);
  });

  test('Liquid that runs for too long is answered 500 and stores nothing', async () => {
    await using desk = await openDesk();
    const content = '{% for i in (1..100000000) %}x{% endfor %}';
    expect((await desk.as(desk.bot, 'POST', `${desk.talk}/messages`, { content })).status).toBe(500);
    const { body } = await desk.as(administrator, 'GET', `${desk.talk}/messages`);
    expect(body).toMatchObject({ payload: [] });
  });

  test('a file that a visitor sends can be fetched again', async () => {
    await using desk = await openDesk();
    const form = new FormData();
    form.append('message_type', 'incoming');
    form.append('attachments[]', new Blob(['hello'], { type: 'text/plain' }), 'note.txt');
    const { body } = await desk.as(desk.bot, 'POST', `${desk.talk}/messages`, form);
    const [attached] = (body as { attachments: { data_url: string }[] }).attachments;
    const file = await fetch(attached?.data_url ?? '');
    expect(await file.text()).toBe('hello');
    expect(file.headers.get('content-disposition')).toContain('attachment');
  });
});

describe('the state', () => {
  const inFolder = async (work: (file: string) => Promise<void>) => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    await work(join(folder, 'data', 'sandbox.db')).finally(() => rm(folder, { recursive: true }));
  };

  test('is kept over a restart, and no id comes back', async () => {
    await inFolder(async (file) => {
      const last = async () => {
        await using desk = await openDesk({ file });
        await desk.visitorSays('hello');
        const made = await desk.as(administrator, 'POST', '/contacts', { name: 'to be deleted' });
        const { id } = (made.body as { payload: { contact: { id: number } } }).payload.contact;
        await desk.as(administrator, 'DELETE', `/contacts/${id}`);
        return id;
      };
      const first = await last();
      await using again = await createSandbox({ file });
      const { body } = await ask(again.url, administrator, 'GET', '/conversations/1/messages');
      expect(body).toMatchObject({ payload: [{ content: 'hello' }] });
      const made = await ask(again.url, administrator, 'POST', '/contacts', { name: 'next' });
      expect((made.body as { payload: { contact: { id: number } } }).payload.contact.id).toBe(first + 1);
    });
  });
});

describe('people are told', () => {
  const listOf = async (desk: Awaited<ReturnType<typeof openDesk>>, token: string) => {
    const { body } = await desk.as(token, 'GET', '/notifications');
    const { data } = body as { data: { payload: { notification_type: string; push_message_body: string }[] } };
    return data.payload.map((one) => [one.notification_type, one.push_message_body]);
  };

  test('of each word in a conversation that they were assigned to once, until they are taken out of it', async () => {
    await using desk = await openDesk();
    const assign = (assignee_id: number | null) =>
      desk.as(administrator, 'POST', `${desk.talk}/assignments`, { assignee_id });
    await desk.as(desk.bot, 'POST', `${desk.talk}/toggle_status`, { status: 'open' });
    await assign(2);
    await assign(null);
    await desk.visitorSays('Are you still there?');
    const told = [['participating_conversation_new_message', 'Wren Tolley: Are you still there?']];
    expect(await listOf(desk, 'sandbox-mara')).toEqual(told);
    expect(await listOf(desk, 'sandbox-wim')).toEqual([]);
    await desk.as(administrator, 'DELETE', `${desk.talk}/participants`, { user_ids: [2] });
    await desk.visitorSays('Hello?');
    expect(await listOf(desk, 'sandbox-mara')).toEqual(told);
  });

  test('of words to somebody else, once a note has named them, but not of their own', async () => {
    await using desk = await openDesk();
    await desk.as(desk.bot, 'POST', `${desk.talk}/toggle_status`, { status: 'open' });
    const content = '[@Wim](mention://user/4/Wim) please look';
    await desk.as('sandbox-mara', 'POST', `${desk.talk}/messages`, { content, private: true });
    expect((await listOf(desk, 'sandbox-wim')).map(([type]) => type)).toEqual(['conversation_mention']);
    await desk.as('sandbox-wim', 'POST', `${desk.talk}/messages`, { content: 'I have it.' });
    expect((await listOf(desk, 'sandbox-wim')).map(([type]) => type)).toEqual(['conversation_mention']);
    await desk.visitorSays('Thanks');
    expect((await listOf(desk, 'sandbox-wim')).map(([type]) => type)).toEqual([
      'participating_conversation_new_message',
    ]);
  });
});

describe('deliveries', () => {
  test('that fail mark the message, and a later status heals it', async () => {
    await using desk = await openDesk();
    const { sandbox, receiver } = desk.stage;
    receiver.answers(500);
    const { body } = await desk.visitorSays('lost');
    await sandbox.idle();
    const path = `${desk.talk}/messages`;
    const read = async () => ((await desk.as(administrator, 'GET', path)).body as { payload: Json[] }).payload[0];
    expect(await read()).toMatchObject({
      status: 'failed',
      content_attributes: { external_error: '500 Internal Server Error' },
    });
    receiver.answers(200);
    await desk.as(administrator, 'PATCH', `${path}/${(body as { id: number }).id}`, { status: 'sent' });
    expect(await read()).toMatchObject({ status: 'sent', content_attributes: { external_error: null } });
  });

  test('to a private address fail where that is switched on', async () => {
    await using desk = await openDesk({ switches: { refusePrivateAddresses: true } });
    await desk.visitorSays('hello');
    await desk.stage.sandbox.idle();
    expect(desk.stage.receiver.heard).toEqual([]);
    const { body } = await desk.as(administrator, 'GET', `${desk.talk}/messages`);
    const external_error = "Hostname '127.0.0.1' has no public ip addresses";
    expect(body).toMatchObject({ payload: [{ status: 'failed', content_attributes: { external_error } }] });
  });

  test('are signed by 4.14 and not by 4.10, or as one likes', async () => {
    await using desk = await openDesk();
    const { sandbox, receiver } = desk.stage;
    const isSigned = async () => {
      receiver.heard.length = 0;
      await desk.visitorSays('hello');
      await sandbox.idle();
      return receiver.heard.map(({ headers }) => 'x-chatwoot-signature' in headers).includes(true);
    };
    expect(await isSigned()).toBe(true);
    sandbox.set({ chatwoot: '4.10' });
    expect(await isSigned()).toBe(false);
    sandbox.set({ signRequests: true });
    expect(await isSigned()).toBe(true);
  });

  test('can be held, lost, doubled, shuffled, and sent before the answer', async () => {
    await using desk = await openDesk();
    const { sandbox, receiver } = desk.stage;
    const hear = async (...said: string[]) => {
      receiver.heard.length = 0;
      for (const content of said) await desk.visitorSays(content);
      await sandbox.idle();
      return texts(desk.stage);
    };
    sandbox.set({ hold: true });
    expect(await hear('held')).toEqual([]);
    sandbox.set({ hold: false });
    await sandbox.idle();
    expect(texts(desk.stage)).toEqual(['held']);

    sandbox.set({ dropNext: 1 });
    expect(await hear('lost', 'found')).toEqual(['found']);

    sandbox.set({ double: 1 });
    expect(await hear('twice')).toEqual(['twice', 'twice']);

    sandbox.set({ double: 0, shuffle: 4, hold: true }); // held, so that all four are one batch
    await hear('a', 'b', 'c', 'd');
    sandbox.set({ hold: false });
    await sandbox.idle();
    const mixed = texts(desk.stage);
    expect(mixed).not.toEqual(['a', 'b', 'c', 'd']);
    expect([...mixed].sort()).toEqual(['a', 'b', 'c', 'd']);

    sandbox.set({ shuffle: 0, deliverFirst: true, delayMs: 60_000 });
    receiver.heard.length = 0;
    await desk.visitorSays('first');
    expect(texts(desk.stage)).toEqual(['first']);
  });

  test('and frames cease while it is quiet', async () => {
    await using desk = await openDesk();
    desk.stage.sandbox.set({ quiet: true });
    await desk.visitorSays('unheard');
    desk.stage.sandbox.set({ quiet: false });
    await desk.visitorSays('heard');
    await desk.stage.sandbox.idle();
    expect(texts(desk.stage)).toEqual(['heard']);
  });
});

describe('the websocket', () => {
  const tokenOf = async (url: string, token: string) => {
    const { body } = await ask(url, token, 'GET', '/api/v1/profile');
    return (body as { pubsub_token: string }).pubsub_token;
  };

  test('tells an administrator who is in no inbox what happens there', async () => {
    await using desk = await openDesk();
    using socket = listen(desk.url, await tokenOf(desk.url, administrator), 1);
    await socket.frame(({ type }) => type === 'confirm_subscription');
    await desk.as('sandbox-mara', 'POST', `${desk.talk}/messages`, { content: 'Hello', echo_id: 'e-1' });
    const frame = await socket.frame((one) => (one['message'] as Json | undefined)?.['event'] === 'message.created');
    expect(frame).toMatchObject({
      message: {
        data: { content: 'Hello', echo_id: 'e-1', sender: { type: 'user' }, performer: { name: 'Mara Ostby' } },
      },
    });
  });

  test('keeps notes from the visitor', async () => {
    await using desk = await openDesk();
    const { body } = await ask(desk.url, administrator, 'GET', `/inboxes/${desk.inbox}`);
    const { inbox_identifier } = body as { inbox_identifier: string };
    const visitor = await ask(desk.url, null, 'GET', `/public/api/v1/inboxes/${inbox_identifier}/contacts/visitor-1`);
    using socket = listen(desk.url, (visitor.body as { pubsub_token: string }).pubsub_token);
    await socket.frame(({ type }) => type === 'confirm_subscription');
    await desk.as('sandbox-mara', 'POST', `${desk.talk}/messages`, { content: 'a note', private: true });
    await desk.as('sandbox-mara', 'POST', `${desk.talk}/messages`, { content: 'an answer' });
    await socket.frame((one) => JSON.stringify(one).includes('an answer'));
    expect(JSON.stringify(socket.frames)).not.toContain('a note');
  });

  test('never confirms a token that is nobody’s', async () => {
    await using desk = await openDesk();
    using stranger = listen(desk.url, 'nonsense', 1);
    using somebody = listen(desk.url, await tokenOf(desk.url, 'sandbox-mara'), 2);
    await stranger.frame(({ type }) => type === 'welcome');
    await somebody.frame(({ type }) => type === 'confirm_subscription');
    await desk.visitorSays('hello');
    await somebody.frame((one) => JSON.stringify(one).includes('message.created'));
    expect(stranger.frames.map(({ type }) => type)).toEqual(['welcome']);
  });

  test('is cut and refused on demand', async () => {
    await using desk = await openDesk();
    const token = await tokenOf(desk.url, administrator);
    using socket = listen(desk.url, token, 1);
    await socket.frame(({ type }) => type === 'confirm_subscription');
    desk.stage.sandbox.set({ refuseCable: true });
    await socket.closed;
    using refused = listen(desk.url, token, 1);
    await refused.closed;
    expect(refused.frames).toEqual([]);
    desk.stage.sandbox.set({ refuseCable: false });
    using again = listen(desk.url, token, 1);
    await again.frame(({ type }) => type === 'confirm_subscription');
  });
});

describe('faults', () => {
  const path = '/messages$';

  test('answer in the place of the server, so many times', async () => {
    await using desk = await openDesk();
    desk.stage.sandbox.fault({ method: 'POST', path, status: 429, times: 2 });
    expect(await desk.visitorSays('one')).toEqual({ status: 429, body: 'Retry later\n' });
    expect((await desk.visitorSays('two')).status).toBe(429);
    expect((await desk.visitorSays('three')).status).toBe(200);
    await desk.stage.sandbox.idle();
    expect(texts(desk.stage)).toEqual(['three']);
  });

  test.for([{ cut: true }, { status: 500 }, { hangMs: 1, cut: true }])(
    'strike after what was asked is done: %o',
    async (fault) => {
      await using desk = await openDesk();
      desk.stage.sandbox.fault({ method: 'POST', path, after: true, ...fault });
      const outcome = await desk.visitorSays('done').then(
        ({ status }) => status,
        () => 'cut',
      );
      expect(outcome).toBe('cut' in fault ? 'cut' : 500);
      const { body } = await desk.as(administrator, 'GET', `${desk.talk}/messages`);
      expect(body).toMatchObject({ payload: [{ content: 'done' }] });
    },
  );

  test('can be set over HTTP, and say what is wrong with them', async () => {
    await using desk = await openDesk();
    const set = async (body: Json) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${desk.url}/sandbox/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
      return [answer.status, await answer.json()] as const;
    };
    expect(await set({ path: '/profile', status: 401 })).toMatchObject([200, { times: 1, after: false }]);
    expect(await set({ path: '(', status: 401 })).toEqual([422, { error: 'path: not a regular expression: (' }]);
    expect((await desk.as(administrator, 'GET', '/api/v1/profile')).status).toBe(401);
    expect((await desk.as(administrator, 'GET', '/api/v1/profile')).status).toBe(200);
  });
});

describe('switches over HTTP', () => {
  test('are read, set, and refused', async () => {
    await using sandbox = await createSandbox();
    const at = `${sandbox.url}/sandbox/switches`;
    const headers = { 'content-type': 'application/json' };
    const set = async (body: unknown) => fetch(at, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(await (await fetch(at)).json()).toMatchObject({ chatwoot: '4.14', refuseCable: false });
    expect((await set({ chatwoot: '4.10', delayMs: 3 })).status).toBe(200);
    expect(sandbox.switches).toMatchObject({ chatwoot: '4.10', delayMs: 3 });
    const refused = await set({ chatwoot: '5' });
    expect([refused.status, await refused.json()]).toEqual([422, { error: 'unknown switch or value: chatwoot "5"' }]);
    const { body } = await ask(sandbox.url, null, 'GET', '/api');
    expect(body).toMatchObject({ version: '4.10.0' });
  });
});

test('it answers as localhost and as 127.0.0.1, and serves the agent’s page', async () => {
  await using sandbox = await createSandbox();
  for (const host of ['localhost', '127.0.0.1']) {
    const page = await fetch(`http://${host}:${sandbox.port}/`);
    expect(await page.text()).toContain('Sandbox desk');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  }
});

test('a port that is taken is an error with its code', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await until(() => other.listening);
  const { port } = other.address() as { port: number };
  await expect(createSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  other.close();
});

test('the requests that were answered can be counted, but for the sandbox’s own', async () => {
  await using desk = await openDesk();
  const { stage, as } = desk;
  const before = Date.now();
  await as(administrator, 'GET', '/teams?x=1');
  const answer = await fetch(`${stage.sandbox.url}/sandbox/requests`);
  const answered = (await answer.json()) as { method: string; path: string; at: number; answeredAt: number }[];
  const last = answered.at(-1);
  expect(last).toMatchObject({ method: 'GET', path: '/api/v1/accounts/1/teams?x=1' });
  expect(last?.at).toBeGreaterThan(before - 1_000);
  expect(last?.answeredAt).toBeGreaterThanOrEqual(last?.at ?? Infinity);
  expect(answered.some(({ path }) => path.startsWith('/sandbox/'))).toBe(false);
});
