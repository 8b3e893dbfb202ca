import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { describeBot, turn } from '../bot.contract.ts';
import { BotFailure, type Turn } from '../bot.ts';
import { openWebhookBot } from './webhook-bot.ts';

const secret = 'sixteen-letters-at-least';
const patient = () => new AbortController().signal;

interface Asked {
  headers: IncomingMessage['headers'];
  raw: string;
  // The wire, as a bot sees it; the test says which of it it means.
  body: { turn: string; epoch: number; message: { text: string }; skills: { open: { name: string }[] } };
}
type Script = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void;

/** A bot of somebody's own: a real HTTP server, and what it was asked. */
async function stub(script: Script) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts).toString();
      const question: Asked = { headers: request.headers, raw, body: JSON.parse(raw) as Asked['body'] };
      asked.push(question);
      script(question, response, request);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/turns`;
  const bot = openWebhookBot({ name: 'yours', url, secret, delayMs: () => 1, now: () => 1_700_000_000_900 });
  return {
    asked,
    bot,
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const saying =
  (...actions: unknown[]): Script =>
  ({ body }, response) =>
    json(response, { v: 1, turn: body.turn, epoch: body.epoch, actions });

/** Asks a bot that always replies with these actions. */
async function answerTo(actions: unknown[], of: Partial<Turn> = {}) {
  await using yours = await stub(saying(...actions));
  return await yours.bot.reply(turn(of), patient());
}

describeBot('the webhook bot', async () => {
  const yours = await stub(({ body }, response) => {
    const { text } = body.message;
    const skill = 'org.demo.test.Booking';
    const replies: Record<string, unknown[]> = {
      book: [
        { action: 'skill', name: skill, state: 'started' },
        { action: 'message', text: 'How many?' },
      ],
      four: [
        { action: 'message', text: 'Booked.' },
        { action: 'skill', name: skill, state: 'finished' },
      ],
      person: [{ action: 'handoff', reason: 'asked' }],
    };
    const actions = Object.hasOwn(replies, text) ? replies[text] : [{ action: 'message', text: 'Well.' }];
    json(response, { v: 1, turn: body.turn, epoch: body.epoch, actions });
  });
  return {
    ...yours,
    begins: 'book',
    finishes: 'four',
    wantsPerson: 'person',
    [Symbol.asyncDispose]: () => yours[Symbol.asyncDispose](),
  };
});

describe('what is posted', () => {
  test('is the turn, signed with its time, and recognisable when it is repeated', async () => {
    await using yours = await stub(saying({ action: 'message', text: 'Hello' }));
    const said = turn({
      text: 'Refund',
      choice: { title: 'Refund', value: 'refund' },
      context: { seen: 2 },
      skills: [{ name: 'a.b.C', slots: { order: '1' } }],
      page: { url: 'https://shop.example/', title: 'Shop' },
    });
    await yours.bot.reply(said, patient());
    const [{ headers, raw, body } = { headers: {}, raw: '', body: {} }] = yours.asked;
    expect(body).toEqual({
      v: 1,
      type: 'message',
      turn: 'turn-1',
      epoch: 3,
      deadline_ms: 5_000,
      conversation: { id: 'c-1', bot: 'yours', tenant: 'demo', channel: 'widget', locale: 'en' },
      session: { id: 's-1', seq: 1, is_new: true },
      page: { url: 'https://shop.example/', title: 'Shop' },
      message: {
        kind: 'choice',
        text: 'Refund',
        choice: { title: 'Refund', value: 'refund' },
        files: [],
        at: '2026-11-20T00:00:00.000Z',
      },
      context: { handover_success: null, vars: { seen: 2 } },
      skills: { open: [{ name: 'a.b.C', slots: { order: '1' } }] },
      features: { handoff: true, stream: false, max_quick_replies: 13, cards: false, files: false, markdown: true },
    });
    expect(headers).toMatchObject({
      'idempotency-key': 'turn-1',
      'x-handoff-timestamp': '1700000000',
      'x-handoff-signature': `v1=${createHmac('sha256', secret).update(`1700000000.${raw}`).digest('hex')}`,
    });
  });
});

describe('what is posted where the bot wants more', () => {
  const at = Date.UTC(2026, 10, 20);
  const handoff = {
    ...{ id: 'w-1', by: 'visitor' as const, reason: 'visitor_asked', team: 'Support', agent: 'Mara Ostby' },
    endReason: 'agent_resolved',
    durationMs: 61_400,
  };
  const posted = async (of: Partial<Turn>) => {
    await using yours = await stub(saying({ action: 'message', text: 'Hello' }));
    await yours.bot.reply(turn(of), patient());
    return JSON.parse(yours.asked[0]?.raw ?? '') as Record<string, unknown>;
  };

  test('an event says what happened, and has no words', async () => {
    const body = await posted({ event: { type: 'handoff.ended', at, handoff }, handoverSuccess: true });
    expect(body).toMatchObject({
      type: 'handoff.ended',
      at: '2026-11-20T00:00:00.000Z',
      handoff: {
        ...{ id: 'w-1', by: 'visitor', reason: 'visitor_asked', team: 'Support', agent: { name: 'Mara Ostby' } },
        end_reason: 'agent_resolved',
        duration_s: 61,
      },
      context: { handover_success: true, vars: {} },
    });
    expect(body).not.toHaveProperty('message');
  });

  test('a session after people has a briefing, and what is to be done', async () => {
    const previous = { endReason: 'returned_by_agent', briefing: 'Mara: Hi', instruction: 'ask for the order' };
    expect(await posted({ session: { id: 's-2', seq: 1, previous } })).toMatchObject({
      session: {
        ...{ id: 's-2', seq: 1, is_new: true },
        previous: { end_reason: 'returned_by_agent', briefing: 'Mara: Hi', instruction: 'ask for the order' },
      },
    });
  });

  test('what was said, who the visitor is, what was missed, and what was wrong', async () => {
    const body = await posted({
      history: [{ by: 'agent', name: 'Mara', text: 'Hi', at }],
      visitor: { id: 'v-1', name: 'Visitor 12ab', since: at },
      missed: [{ type: 'handoff.accepted', at, handoff: { ...handoff, agent: null, endReason: null } }],
      mistakes: [{ code: 'unknown_action', name: 'fireworks' }],
    });
    expect(body).toMatchObject({
      history: [{ by: 'agent', name: 'Mara', text: 'Hi', at: '2026-11-20T00:00:00.000Z' }],
      visitor: { id: 'v-1', name: 'Visitor 12ab', since: '2026-11-20T00:00:00.000Z' },
      missed: [{ type: 'handoff.accepted', handoff: { agent: null, end_reason: null } }],
      errors: [{ code: 'unknown_action', name: 'fireworks' }],
    });
  });

  test.each<[string, Script]>([
    ['204', (_, response) => response.writeHead(204).end()],
    ['no action', saying()],
  ])('an event may be answered with nothing: %s', async (_, script) => {
    await using yours = await stub(script);
    const answer = await yours.bot.reply(turn({ event: { type: 'session.start', at }, context: { a: 1 } }), patient());
    expect(answer).toEqual({ messages: [], context: { a: 1 }, skills: [] });
  });
});

describe('what a reply means', () => {
  test.each<[string, unknown[], unknown]>([
    [
      'an action that nobody knows',
      [{ action: 'fireworks' }, { type: 'fireworks' }],
      [{ code: 'unknown_action', name: 'fireworks' }],
    ],
    ['an indicator that is not shown', [{ action: 'typing', on: true }, { action: 'end' }], undefined],
    [
      'more messages than are shown',
      Array.from({ length: 21 }, () => ({ action: 'message', text: 'x' })),
      [{ code: 'too_many_messages' }],
    ],
    [
      'more to press than is shown',
      [{ action: 'message', text: 'x', quick_replies: Array.from({ length: 14 }, () => ({ title: 'a' })) }],
      [{ code: 'too_many_replies' }],
    ],
    ['an endless message', [{ action: 'message', text: 'x'.repeat(33_000) }], [{ code: 'too_long' }]],
  ])('%s is noted for the bot', async (_, actions, mistakes) => {
    const { mistakes: noted } = await answerTo([{ action: 'message', text: 'Hello' }, ...actions]);
    expect(noted).toEqual(mistakes);
  });

  test('a close ends the session, and with `resolve` the thread at the desk', async () => {
    expect(await answerTo([{ action: 'close', text: 'Bye' }])).toMatchObject({ close: { resolve: false } });
    expect(await answerTo([{ action: 'close', text: 'Bye', resolve: true }])).toMatchObject({
      close: { resolve: true },
    });
  });

  test('messages in order, with what can be pressed; what is not known is passed over', async () => {
    const answer = await answerTo([
      { action: 'typing', on: true },
      {
        action: 'message',
        text: 'One',
        format: 'markdown',
        quick_replies: [
          { id: 'q', title: 'Yes' },
          { title: 'No', value: 'n' },
        ],
      },
      { action: 'fireworks', text: 5 },
      { action: 'message', text: '  ' },
      { type: 'message', text: 'Two' },
    ]);
    expect(answer.messages).toEqual([
      {
        text: 'One',
        choices: [
          { title: 'Yes', value: 'Yes' },
          { title: 'No', value: 'n' },
        ],
      },
      { text: 'Two' },
    ]);
  });

  const open = [
    { name: 'a.b.One', slots: { x: '1' } },
    { name: 'a.b.Two', slots: {} },
  ];
  const hello = { action: 'message', text: 'Hello' };
  test.each<[string, unknown[], unknown]>([
    ['nothing said of skills: they stay', [], open],
    [
      'a new one is the newest',
      [{ action: 'skill', name: 'c', state: 'started', slots: { n: 4 } }],
      [...open, { name: 'c', slots: { n: '4' } }],
    ],
    [
      'a resumed one is the newest, with what was told',
      [{ action: 'skill', name: 'a.b.One', state: 'resumed', slots: { y: '2' } }],
      [open[1], { name: 'a.b.One', slots: { x: '1', y: '2' } }],
    ],
    ['a suspended one is unfinished', [{ action: 'skill', name: 'a.b.Two', state: 'suspended' }], [open[1], open[0]]],
    ['a finished one is not', [{ action: 'skill', name: 'a.b.One', state: 'finished' }], [open[1]]],
    ['an aborted one is not', [{ action: 'skill', name: 'a.b.Two', state: 'aborted' }], [open[0]]],
    ['a snapshot replaces all', [{ action: 'skills', open: [{ name: 'z' }] }], [{ name: 'z', slots: {} }]],
    ['nothing is unfinished after the close', [{ action: 'close' }], []],
  ])('%s', async (_, actions, skills) => {
    expect((await answerTo([hello, ...actions], { skills: open })).skills).toEqual(skills);
  });

  test('what is kept is set and unset', async () => {
    const actions = [hello, { action: 'context', set: { b: [1] }, unset: ['a'] }];
    expect((await answerTo(actions, { context: { a: 1, c: 2 } })).context).toEqual({ b: [1], c: 2 });
  });

  test('nothing said after the wish for a person is shown, but what it says of skills counts', async () => {
    const answer = await answerTo([
      { action: 'message', text: 'One moment' },
      {
        action: 'handoff',
        target: { team: 48, skill: 'a.b.C' },
        reason: 'upset',
        summary: 'Wants a refund',
        text: 'A person has it.',
      },
      { action: 'message', text: 'Too late' },
      { action: 'skill', name: 'a.b.C', state: 'started' },
    ]);
    expect(answer).toEqual({
      messages: [{ text: 'One moment' }, { text: 'A person has it.' }],
      context: {},
      skills: [{ name: 'a.b.C', slots: {} }],
      handoff: { reason: 'upset', team: 48, skill: 'a.b.C', summary: 'Wants a refund' },
      mistakes: [{ code: 'after_handoff' }],
    });
  });

  test('an answer that helped nobody says so, and is shown all the same', async () => {
    const sorry = { action: 'fallback', text: 'I do not know that.' };
    expect(await answerTo([sorry])).toMatchObject({ messages: [{ text: 'I do not know that.' }], fallback: true });
    expect(await answerTo([hello])).not.toHaveProperty('fallback');
  });

  test('a wish alone is an answer, and may say nothing about itself', async () => {
    expect(await answerTo([{ action: 'handoff' }])).toMatchObject({ messages: [], handoff: { reason: 'bot_asked' } });
  });

  test('no more than 20 messages, and no endless one', async () => {
    const many = await answerTo(Array.from({ length: 30 }, (_, at) => ({ action: 'message', text: `${at}` })));
    expect(many.messages).toHaveLength(20);
    const long = await answerTo([{ action: 'message', text: 'a'.repeat(100_000) }]);
    expect(long.messages[0]?.text).toHaveLength(32_001);
  });
});

describe('what is no answer', () => {
  const raw =
    (body: string, status = 200): Script =>
    (_, response) =>
      response.writeHead(status).end(body);
  test.each<[string, Script, string]>([
    ['nothing to say', raw('', 204), 'nothing to say'],
    ['no actions that say anything', saying({ action: 'typing', on: true }), 'nothing to say'],
    ['a page', raw('Sign in<!doctype html><p>'), 'not reply with JSON'],
    ['half of it', raw('{"v":1,"actions":['), 'not reply with JSON'],
    ['not a character', (_, response) => response.end(Buffer.from([0x22, 0xff, 0x22])), 'not reply with JSON'],
    ['another shape', raw('[]'), 'reply is not understood'],
    ['another version', raw('{"v":2,"actions":[]}'), 'reply is not understood: v'],
    ['a wrong type', saying({ action: 'message', text: 5 }), 'action 1 is not understood: text'],
    [
      'a wrong choice',
      saying({ action: 'message', text: 'a', quick_replies: [{}] }),
      'action 1 is not understood: quick_replies.0.title',
    ],
    ['a wrong state', saying({ action: 'skill', name: 'a', state: 'asleep' }), 'action 1 is not understood: state'],
    ['another turn', raw('{"turn":"other","actions":[]}'), 'another turn'],
    ['an older epoch', raw('{"epoch":2,"actions":[]}'), 'another epoch'],
    ['too much', raw(JSON.stringify({ actions: [{ action: 'message', text: 'a'.repeat(300_000) }] })), '256 KiB'],
    ['its own admission', saying({ action: 'error', code: 'no_model' }), 'says that it failed (no_model)'],
    [
      'its own admission, in a sentence',
      saying({ action: 'error', code: 'cannot help with my card 4111' }),
      'the bot says that it failed',
    ],
    ['an unsuitable status', raw('', 401), 'status 401'],
    ['another address', (_, response) => response.writeHead(302, { location: '/' }).end(), 'status 302'],
    ['a promise of later', raw('', 202), 'status 202'],
  ])('%s: a failure, asked once', async (_, script, message) => {
    await using yours = await stub(script);
    const failure = await yours.bot.reply(turn(), patient()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BotFailure);
    expect((failure as BotFailure).message).toContain(message);
    // It is logged, and so is its cause.
    expect(`${(failure as BotFailure).message} ${String((failure as BotFailure).cause)}`).not.toMatch(/4111|Sign in/);
    expect(yours.asked).toHaveLength(1);
  });

  test('a bot that failed and asks for a person is heard', async () => {
    expect(await answerTo([{ action: 'handoff' }, { action: 'error' }])).toHaveProperty('handoff');
  });
});

describe('asking again', () => {
  const failing =
    (times: number, fail: Script): Script =>
    (asked, response, request) => {
      if (times-- > 0) fail(asked, response, request);
      else saying({ action: 'message', text: 'Here' })(asked, response, request);
    };

  test.each([408, 425, 429, 500, 502, 503])('after %s, with the same key', async (status) => {
    await using yours = await stub(failing(2, (_, response) => response.writeHead(status).end()));
    expect((await yours.bot.reply(turn(), patient())).messages).toEqual([{ text: 'Here' }]);
    expect(yours.asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['turn-1', 'turn-1', 'turn-1']);
  });

  test('after a connection that broke', async () => {
    await using yours = await stub(failing(1, (_, _response, request) => request.socket.destroy()));
    expect((await yours.bot.reply(turn(), patient())).messages).toEqual([{ text: 'Here' }]);
  });

  test('not after the deadline: then the last cause is said, and asking again may help', async () => {
    await using yours = await stub((_, response) => response.writeHead(503).end());
    const failure = await yours.bot.reply(turn({ deadlineMs: 1_000 }), patient()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'BotFailure', message: 'the bot replied with status 503', retry: true });
    expect(yours.asked.length).toBeGreaterThan(1);
  });

  test('a bot that never replies is late', async () => {
    await using yours = await stub(() => {});
    const failure = yours.bot.reply(turn({ deadlineMs: 50 }), patient());
    await expect(failure).rejects.toMatchObject({
      name: 'BotFailure',
      message: 'the bot did not reply in time',
      retry: true,
    });
  });

  test('when the right to answer is taken away, the bot sees the connection close', async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> = Promise.resolve();
    await using yours = await stub((_, response) => {
      closed = once(response, 'close');
      controller.abort();
    });
    await expect(yours.bot.reply(turn(), controller.signal)).rejects.toMatchObject({
      name: 'BotFailure',
      retry: false,
    });
    await closed;
    expect(yours.asked).toHaveLength(1);
  });

  test('a bot that is not there cannot be reached', async () => {
    await using bot = openWebhookBot({ name: 'none', url: 'http://127.0.0.1:1/', secret, delayMs: () => 1 });
    const failure = bot.reply(turn({ deadlineMs: 50 }), patient());
    await expect(failure).rejects.toMatchObject({
      name: 'BotFailure',
      message: 'the bot cannot be reached',
      retry: true,
    });
  });
});
