import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Turn } from '../server/bots/bot.ts';
import { openWebhookBot } from '../server/bots/webhook/webhook-bot.ts';

const secret = 'a-secret-of-this-test-alone';

/** The example as somebody starts it, and as the relay asks it. */
async function openExample() {
  const file = fileURLToPath(new URL('webhook-bot.mjs', import.meta.url));
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

const turn = (text: string, context: Record<string, unknown> = {}): Turn => ({
  id: 'turn',
  epoch: 1,
  deadlineMs: 5_000,
  conversation: 'c',
  site: 'demo',
  session: { id: 's', seq: 1 },
  language: 'en',
  page: null,
  text,
  choice: null,
  at: Date.now(),
  context,
  skills: [],
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
