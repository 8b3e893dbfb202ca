import { z } from 'zod';
import { bots } from './bots.ts';
import { database } from './database.ts';
import { desk } from './desk.ts';
import { handoff } from './handoffs.ts';
import { limits } from './limits.ts';
import { routing } from './routing.ts';
import { site } from './site.ts';
import { duration, group, number, oneOf, text, yesOrNo } from './values.ts';
import { expected } from './yaml-file.ts';

/*
 * Every setting there is. What is optional has its default here, and each says what it is for: docs/settings.md is
 * printed from it. baton.yaml shows them with comments. Times are read as milliseconds.
 */

const times = group({
  asking: duration({ from: 1_000 })
    .default(120_000)
    .describe('How long “What is it about?” waits for an answer before the default team is taken.'),
  transfer: duration({ from: 1_000 })
    .default(120_000)
    .describe('How long a handoff may take at Chatwoot before the visitor is told that nobody could be reached.'),
  waiting: duration({ from: 1_000 })
    .default(5 * 60_000)
    .describe('How long nobody may be free before a waiting visitor is offered to leave a message, or the assistant.'),
  rating: duration({ from: 1_000 }).default(86_400_000).describe('How long a visitor may say whether it helped.'),
  bot: duration({ from: 100 }).default(20_000).describe("How long a bot's answer is waited for."),
  token: duration({ from: 60_000 })
    .default(30 * 86_400_000)
    .describe('How long a visitor may stay away and still come back to the conversation.'),
  rotation: duration({ from: 1_000 })
    .default(86_400_000)
    .describe("How old a visitor's token becomes before it is replaced."),
});

const retention = group({
  conversations: duration({ from: 86_400_000 })
    .default(400 * 86_400_000)
    .describe(
      'How long a conversation is kept after its last change. Then it goes, with every word; Chatwoot keeps its own.',
    ),
  sessions: duration({ from: 60_000 })
    .default(30 * 86_400_000)
    .describe("How long a visitor's token is remembered after it has ended: at least as long as `times.token`."),
});

/** A number of proxies in front; `true` is one. */
const proxies = z
  .preprocess(
    (value) => ({ true: 1, false: 0 })[String(value).toLowerCase()] ?? value,
    number('true, false or how many proxies are in front', { from: 0, to: 10 }),
  )
  .meta({ value: '`true`, `false`, or how many' });

const named = <S extends z.ZodType>(each: S, what: string) =>
  z.record(
    z.string().regex(/^[A-Za-z0-9][\w-]{0,62}$/, { error: expected('a name of letters, digits, - and _') }),
    each,
    {
      error: expected(`${what}, each under its name`),
    },
  );

/** Commands that are run without the relay's secrets read this alone. */
export const dataFolder = text('the path of a folder')
  .meta({ value: 'path of a folder' })
  .default('data')
  .describe('The folder that everything is kept in, where it is not in PostgreSQL.');

export const Settings = group({
  port: number('a port', { from: 0, to: 65_535 }).default(4_000).describe('The TCP port; 0 takes a free one.'),
  host: text('an address to listen on')
    .optional()
    .describe('The address to listen on, such as `127.0.0.1`; without it, all of this machine.'),
  data: dataFolder,
  database: database.prefault({}),
  demo: yesOrNo().default(false).describe('Whether there are the demo page and `/demo/state`. Not on a real site.'),
  log: oneOf(['error', 'warn', 'info', 'debug', 'silent'])
    .default('info')
    .describe('How much the log says: lines of JSON on standard error, never what people wrote.'),
  trust_proxy: proxies
    .default(0)
    .describe(
      "How many proxies in front add to `X-Forwarded-For`. Behind a proxy all visitors look like one address without it, and share that address's limits.",
    ),
  sites: named(site, 'sites').refine((value) => Object.keys(value).length > 0, {
    error: () => 'should hold at least one site',
  }),
  bots: named(bots, 'bots').refine((value) => Object.keys(value).length > 0, {
    error: () => 'should hold at least one bot',
  }),
  desk: desk.prefault({} as never), // so that each setting that is missing is named; it is not valid without
  routing: routing.prefault({}),
  handoffs: named(handoff, 'handoffs').default({}),
  limits: limits.prefault({}),
  times: times.prefault({}),
  retention: retention.prefault({}),
});
