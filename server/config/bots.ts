import { z } from 'zod';
import { ownHandoff } from './handoffs.ts';
import { duration, group, inLanguages, number, oneOf, text, webAddress, yesOrNo } from './values.ts';
import { expected } from './yaml-file.ts';

const defaultGreeting = {
  en: 'Hello. What would you like to know?',
  de: 'Hallo. Worum geht es?',
  ar: 'مرحبًا. بماذا يمكننا مساعدتك؟',
};

/** What is said of every bot, whatever its kind. */
export const anyBot = {
  title: inLanguages(text('a short name', { longest: 40 }), 'what the assistant is called')
    .optional()
    .describe("What visitors read as the assistant's name. Without it they read Assistant, in their language."),
  logo: text('the path of a picture, or its address')
    .meta({ value: 'path of a file, or an address that begins with `https://`' })
    .optional()
    .describe(
      "The picture in the assistant's square: PNG, JPEG, GIF, WebP or SVG, square, up to 100 KB. A file is served by the relay.",
    ),
  greeting: inLanguages(text('a greeting', { longest: 2_000 }))
    .default(defaultGreeting)
    .describe('The first words, there before anything is said. Markdown.'),
  on_failure: oneOf(['offer', 'handoff'])
    .default('offer')
    .describe('After two failures in a row: `offer` offers the visitor a person, `handoff` hands the visitor over.'),
  fallbacks: number('how many answers', { from: 0, to: 100 })
    .default(3)
    .describe(
      'So many answers in a row that helped nobody, by the word of the bot itself, and the same is done. 0: however many.',
    ),
  deadline: duration({ from: 100 }).optional().describe('How long an answer is waited for. Without it, `times.bot`.'),
  handoff: ownHandoff.describe(
    'What its visitors come to who ask for a person: a handoff by its name, instead of the rules; or `off`, for there is nobody. A site beats it.',
  ),
  formerly: text('the name that this bot had before, or none')
    .optional()
    .describe(
      'What it was called before, so that it keeps its inbox and its conversations; `none` for a new bot. The start asks for it where it is not clear.',
    ),
};

/** A secret of fewer different characters was typed and not made by chance. */
const fewestCharacters = 6;

export const skillsBot = group({
  kind: z.literal('skills').meta({ value: '`skills`' }).describe('The built-in bot.'),
  file: text('the path of a file with skills')
    .meta({ value: 'path of a file' })
    .describe('Its skills, a YAML file; see [bots.md](bots.md).'),
  ...anyBot,
});

export const webhookBot = group({
  kind: z.literal('webhook').meta({ value: '`webhook`' }).describe('A bot of your own, asked over HTTP.'),
  url: webAddress("the bot's address").describe('Where turns are posted to; see [bots.md](bots.md).'),
  secret: text('a secret of 16 characters or more, best as ${BOT_SECRET}', { shortest: 16, secret: true })
    .refine((value) => new Set(value).size >= fewestCharacters, {
      error: () => 'should be made by chance, such as by `openssl rand -hex 32`: this one can be guessed',
    })
    .describe('Signs what is posted; the bot knows it, too. Make it by chance: `openssl rand -hex 32`.'),
  events: z
    .array(oneOf(['session.start', 'session.resume', 'handoff']), {
      error: expected('a list of events, such as [handoff]'),
    })
    .meta({ value: 'list of `session.start`, `session.resume`, `handoff`' })
    .default([])
    .describe(
      'What the bot is told beside what visitors say: that a session starts, that it goes on after people (with what was said to them, in short), how a handoff stands.',
    ),
  history: number('how many messages', { from: 0, to: 50 })
    .default(0)
    .describe('So many of the messages before come with each turn, those of people too.'),
  visitor: yesOrNo()
    .default(false)
    .describe('Whether each turn says who the visitor is: a name and an id that are made up, and since when.'),
  ...anyBot,
});

export const bots = z.discriminatedUnion(
  'kind',
  [skillsBot, webhookBot],
  // Not what is there: it may hold a secret.
  { error: () => 'should be skills (with a file) or webhook (with url and secret)' },
);
