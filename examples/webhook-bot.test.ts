import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { BotEvent, BotEventName, Previous, Turn } from '../server/bots/bot.ts';
import { openWebhookBot } from '../server/bots/webhook/webhook-bot.ts';

const secret = 'a-secret-of-this-test-alone';

/** The example as somebody starts it, and as the relay asks it. */
async function openExample(name = 'webhook-bot.mjs') {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const program = spawn(process.execPath, [file], { env: { PORT: '0', BOT_SECRET: secret } });
  const [url] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
  const asked = { name: 'yours', url, delayMs: () => 0 };
  const bot = openWebhookBot({ ...asked, secret });
  return {
    bot,
    stranger: openWebhookBot({ ...asked, secret: 'somebody-else-altogether' }),
    old: openWebhookBot({ ...asked, secret, now: () => Date.now() - 3_600_000 }),
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      program.kill();
      await once(program, 'exit');
    },
  };
}

const turn = (text: string, context: Record<string, unknown> = {}, of: Partial<Turn> = {}): Turn => ({
  id: 'turn',
  epoch: 1,
  deadlineMs: 5_000,
  conversation: 'c',
  site: 'demo',
  event: null,
  missed: [],
  mistakes: [],
  session: { id: 's', seq: 1, previous: null },
  handoverSuccess: null,
  visitor: null,
  history: [],
  language: 'en',
  page: null,
  text,
  choice: null,
  at: Date.now(),
  context,
  skills: [],
  ...of,
});
const signal = new AbortController().signal;

test('the example of a webhook bot answers, remembers what was said, and passes on who wants a person', async () => {
  await using example = await openExample();
  const first = await example.bot.reply(turn('Hello'), signal);
  expect(first.messages.map(({ text }) => text)).toEqual(['You said **Hello**; that was message 1.']);
  const second = await example.bot.reply(turn('A human, please', first.context), signal);
  expect(second.handoff).toEqual({ reason: 'visitor_asked', summary: 'Hello\nA human, please' });
});

test('the example answers nobody who does not know its secret, and no request from an hour ago', async () => {
  await using example = await openExample();
  await expect(example.stranger.reply(turn('Hello'), signal)).rejects.toThrow('401');
  await expect(example.old.reply(turn('Hello'), signal)).rejects.toThrow('401');
});

test('the example of a bot that is told of events welcomes, goes on after people, and knows when it is of no help', async () => {
  await using example = await openExample('event-bot.mjs');
  const told = (type: BotEventName, previous: Previous | null = null) =>
    example.bot.reply(
      turn('', {}, { event: { type, at: 0 } as BotEvent, session: { id: 's', seq: 1, previous } }),
      signal,
    );
  expect((await told('session.start')).messages[0]?.text).toContain('Welcome');
  const given = { endReason: 'returned_by_agent', instruction: 'ask for the order' };
  expect((await told('session.resume', given)).messages[0]?.text).toContain('ask for the order');
  const briefed = await told('session.resume', { endReason: 'agent_resolved', briefing: 'Mara: Hi' });
  expect(briefed).toMatchObject({ messages: [], context: { known: 'Mara: Hi' } });
  expect((await told('handoff.failed')).messages).toHaveLength(1);
  expect((await told('handoff.accepted')).messages).toEqual([]);
  expect(await example.bot.reply(turn('What?'), signal)).toMatchObject({ fallback: true });
  expect(await example.bot.reply(turn('bye'), signal)).toMatchObject({ close: { resolve: true } });
});
