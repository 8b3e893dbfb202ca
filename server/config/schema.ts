import { z } from 'zod';
import { longestText } from '../../shared/limits.ts';
import { Choice } from '../../shared/message.ts';
import type { TeamName } from '../desks/team-name.ts';
import type { InLanguages } from '../words.ts';
import { isOrigin, originMatcher } from './origins.ts';
import { duration, group, idOrPage, inLanguages, number, oneOf, team, text, webAddress, yesOrNo } from './values.ts';
import { expected } from './yaml-file.ts';

/*
 * Every setting there is. What is optional here has its default here; baton.yaml shows each with a comment. Times are
 * read as milliseconds.
 */

const origin = z.string({ error: expected('an origin such as https://shop.example') }).refine(isOrigin, {
  error: expected('an origin such as https://shop.example or http://localhost:* (no path, no slash at its end)'),
});

/** Something to press, written as its words or as `{ title, value }`. */
const choice = z.preprocess(
  (value) => (typeof value === 'string' ? { title: value, value } : value),
  z.object(Choice.shape, { error: expected('words to press, or { title, value }') }),
);

const defaultGreeting = {
  en: 'Hello. What would you like to know?',
  de: 'Hallo. Worum geht es?',
  ar: 'مرحبًا. بماذا يمكننا مساعدتك؟',
};

const site = group(
  {
    /** The pages that may show the widget, as exact origins; `http://localhost:*` takes any port. */
    origins: z
      .array(origin, { error: expected('a list of origins, such as [https://shop.example]') })
      .min(1, { error: () => 'should hold at least one origin, such as https://shop.example' }),
    /** Who answers first: a name under `bots`. */
    bot: text('the name of one of the bots'),
    /** As visitors read it above an empty chat. */
    name: text('the name of the site', { longest: 80 }).default('Chat'),
    /** One sentence below the name, by language. */
    intro: inLanguages(text('one sentence')).optional(),
    /** Offered below the greeting, by language; `value` is what the bot hears. */
    suggestions: inLanguages(z.array(choice, { error: expected('a list of words to press') }).max(6)).default({}),
    /** The colour of the widget. */
    accent: z
      .string({ error: expected("a colour in quotes, such as '#17624f'") })
      .regex(/^#[0-9a-f]{6}$/i, { error: expected("a colour in quotes, such as '#17624f'") })
      .default('#17624f'),
  },
  {
    languages: 'is no setting any more, leave it out: what is written by language says which there are',
    mirror: 'is no setting any more, leave it out: people can always read along from the first word',
  },
).transform((value) => ({ ...value, allowsOrigin: originMatcher(value.origins) }));

const bot = {
  /** What the assistant is called, by language; without it, Assistant in the visitor's language. */
  title: inLanguages(text('a short name', { longest: 40 }), 'what the assistant is called').optional(),
  /** The picture in the assistant's square: a file, or the address of one on the site. */
  logo: text('the path of a picture, or its address').optional(),
  /** Shown before anything is said, by language. */
  greeting: inLanguages(text('a greeting', { longest: 2_000 })).default(defaultGreeting),
  /** After two failures in a row: the visitor is offered a person, or handed over. */
  on_failure: oneOf(['offer', 'handoff']).default('offer'),
  /** How long an answer is waited for; `times.bot` where it is left out. */
  deadline: duration({ from: 100 }).optional(),
  /** What it was called before, so that it keeps its inbox; `none` for a new bot. Only where this is not clear. */
  formerly: text('the name that this bot had before, or none').optional(),
};

/** A secret of fewer different characters was typed and not made by chance. */
const fewestCharacters = 6;

const bots = z.discriminatedUnion(
  'kind',
  [
    group({
      kind: z.literal('skills'),
      /** The skills, a YAML file. */
      file: text('the path of a file with skills'),
      ...bot,
    }),
    group({
      kind: z.literal('webhook'),
      /** Where turns are posted to. */
      url: webAddress("the bot's address"),
      /** Signs what is posted; the bot knows it, too. */
      secret: text('a secret of 16 characters or more, best as ${BOT_SECRET}', { shortest: 16, secret: true }).refine(
        (value) => new Set(value).size >= fewestCharacters,
        { error: () => 'should be made by chance, such as by `openssl rand -hex 32`: this one can be guessed' },
      ),
      ...bot,
    }),
  ],
  // Not what is there: it may hold a secret.
  { error: () => 'should be skills (with a file) or webhook (with url and secret)' },
);

const desk = group({
  /** Where Chatwoot is. */
  url: webAddress("Chatwoot's address"),
  /** The number of the account, or the address of any of its pages. */
  account: idOrPage('the number of the account', /\/accounts\/(\d+)/),
  /** The access token of an administrator of the account. */
  token: text("an administrator's access token, best as ${CHATWOOT_TOKEN}", { longest: 500, secret: true }),
  /** The number of the inbox, or the address of its page; without one it is found or made. */
  inbox: idOrPage('the number of an inbox', /\/inbox(?:es)?\/(\d+)/).optional(),
  /** Where else Chatwoot keeps files, such as a storage that it redirects to and that has no public address. */
  files: z
    .array(
      origin.refine((value) => !value.endsWith(':*'), { error: expected('one origin such as https://files.example') }),
      { error: expected('a list of origins, such as [https://files.example]') },
    )
    .default([]),
  /** Where Chatwoot reaches this relay; without one there is no webhook, and nothing has to reach it. */
  public_url: webAddress("this relay's own address").optional(),
  /** How long a request without an answer is waited for before it is sent again; Chatwoot's own limit is 15 s. */
  settle: duration({ from: 1_000, to: 45_000 }).default(20_000),
  /** While people are involved: how often the desk is asked for what websocket and webhook missed. */
  sweep: duration({ from: 1_000, to: 600_000 }).default(10_000),
});

/** The first language is what the log and the desk hold. */
const labels = (words: InLanguages<string>) => ({ label: Object.values(words)[0] ?? '', labels: words });

interface Ruled {
  team: TeamName;
  label: string;
  labels?: InLanguages<string>;
  skills: string[];
}

const rule = group(
  {
    /** Where it goes. */
    team,
    /** What it is called to visitors, in "What is it about?" among others; by language. The desk reads the first one. */
    label: inLanguages(text('what visitors read', { longest: 80 }), 'what visitors read, such as Orders and returns'),
    /** Names of skills, `Organization.Project.Skill`; `me.test` is all beneath it, `*` stands for one part. */
    skills: z
      .array(text('the name of a skill'), { error: expected('a list of skills, such as [org.demo.shop.ReturnOrder]') })
      .min(1, { error: () => 'should hold at least one skill' }),
  },
  { intents: 'is called skills' },
).transform(({ label, ...rest }): Ruled => ({ ...rest, ...labels(label) }));

/** Where everything goes that no rule has. */
interface Unruled {
  team: TeamName | null;
  label: string | null;
  labels?: InLanguages<string>;
}

const routing = group({
  /** Whether visitors are asked what it is about when nothing they began is unfinished. */
  ask: yesOrNo().default(true),
  /** Where everything goes that no rule has. */
  default: group({ team, label: inLanguages(text('what visitors read', { longest: 80 })).optional() })
    .transform(({ team, label }): Unruled => ({ team, ...(label ? labels(label) : { label: null }) }))
    .default({ team: null, label: null }),
  /** The first that fits decides. */
  rules: z.array(rule, { error: expected('a list of rules: - { team, label, skills }') }).default([]),
});

const perMinute = (burst: number, minute: number) =>
  group({
    burst: number('how many at once', { from: 1 }).default(burst),
    per_minute: number('how many in a minute', { from: 1 }).default(minute),
  }).prefault({});

const limits = group({
  /** The longest text of a visitor, in characters. */
  text: number('the longest text in characters', { from: 1, to: longestText }).default(longestText),
  /** What a visitor sends; twenty times as much from one address. */
  messages: perMinute(10, 30),
  /** How often a visitor asks for a person. */
  handoffs: perMinute(5, 2),
  /** How often a visitor reads a page of the log; ten times as often from one address. */
  reads: perMinute(60, 60),
  /** Connections begun from one address. */
  handshakes: perMinute(240, 120),
  /** Requests over one socket. */
  events: group({
    burst: number('how many at once', { from: 1 }).default(40),
    per_second: number('how many in a second', { from: 1 }).default(20),
  }).prefault({}),
  /** Conversations begun from one address. */
  conversations: group({ per_hour: number('how many in an hour', { from: 1 }).default(200) }).prefault({}),
  /** Open connections. */
  sockets: group({
    per_address: number('how many from one address', { from: 1 }).default(100),
    per_visitor: number('how many of one visitor', { from: 1 }).default(10),
  }).prefault({}),
});

const times = group({
  /** How long "What is it about?" waits for an answer before the default is taken. */
  asking: duration({ from: 1_000 }).default(120_000),
  /** How long a handoff may take at the desk before the visitor is told that nobody could be reached. */
  transfer: duration({ from: 1_000 }).default(120_000),
  /** How long a bot's answer is waited for. */
  bot: duration({ from: 100 }).default(20_000),
  /** How long a visitor who stays away can come back to the conversation. */
  token: duration({ from: 60_000 }).default(30 * 86_400_000),
  /** How old a visitor's token becomes before it is replaced. */
  rotation: duration({ from: 1_000 }).default(86_400_000),
});

/** A number of proxies in front; `true` is one. */
const proxies = z.preprocess(
  (value) => ({ true: 1, false: 0 })[String(value).toLowerCase()] ?? value,
  number('true, false or how many proxies are in front', { from: 0, to: 10 }),
);

const named = <S extends z.ZodType>(each: S, what: string) =>
  z.record(
    z.string().regex(/^[A-Za-z0-9][\w-]{0,62}$/, { error: expected('a name of letters, digits, - and _') }),
    each,
    {
      error: expected(`${what}, each under its name`),
    },
  );

export const Settings = group({
  /** The TCP port; 0 takes a free one. */
  port: number('a port', { from: 0, to: 65_535 }).default(4_000),
  /** The address to listen on; without one, all of them. */
  host: text('an address to listen on').optional(),
  /** The folder everything is kept in. */
  data: text('the path of a folder').default('data'),
  /** The demo page and `/demo/state` exist only with this. */
  demo: yesOrNo().default(false),
  /** How much the log says. */
  log: oneOf(['error', 'warn', 'info', 'debug', 'silent']).default('info'),
  /** How many proxies in front may say a visitor's address by `X-Forwarded-For`. */
  trust_proxy: proxies.default(0),
  sites: named(site, 'sites').refine((value) => Object.keys(value).length > 0, {
    error: () => 'should hold at least one site',
  }),
  bots: named(bots, 'bots').refine((value) => Object.keys(value).length > 0, {
    error: () => 'should hold at least one bot',
  }),
  desk: desk.prefault({} as never), // so that each setting that is missing is named; it is not valid without
  routing: routing.prefault({}),
  limits: limits.prefault({}),
  times: times.prefault({}),
});
