import { z } from 'zod';
import type { TeamName } from '../desks/team-name.ts';
import type { InLanguages } from '../words.ts';
import { chain, chained, labels, type Chained } from './routing.ts';
import { group, inLanguages, oneOf, oneOrMore, team, text } from './values.ts';
import { expected } from './yaml-file.ts';

const carried = ['words', 'summary', 'answers', 'page', 'skills', 'attributes'] as const;

interface Named extends Chained {
  state: 'draft' | 'active' | 'inactive';
  team: TeamName | null;
  label: string | null;
  labels?: InLanguages<string>;
  words?: InLanguages<string>;
  carries?: (typeof carried)[number][];
  bots?: string[];
}

/** A way to people that has a name. */
export const handoff = group({
  state: oneOf(['draft', 'active', 'inactive'])
    .default('draft')
    .describe(
      'Only an `active` one is used. A bot that names another one is told so with its next turn, and the rules decide.',
    ),
  team: team.optional().describe('The team that gets the visitor. Without it, the rules decide.'),
  label: inLanguages(text('what visitors read', { longest: 80 }))
    .optional()
    .describe('What visitors read for the team. Chatwoot gets the first language.'),
  ...chain,
  words: inLanguages(text('what the visitor is told', { longest: 2_000 }))
    .optional()
    .describe('What the visitor is told when it begins, in the place of the assistant. Markdown.'),
  carries: z
    .array(oneOf(carried), { error: expected('a list such as [summary, page]') })
    .meta({ value: `list of ${carried.map((each) => `\`${each}\``).join(', ')}` })
    .optional()
    .describe(
      'What people are told with it; without it, all: the last words, the summary of the bot, what was answered to it, the page, the unfinished skills, the attributes. The conversation itself is always there.',
    ),
  bots: oneOrMore(text('the name of one of the bots'), 'name under `bots`')
    .optional()
    .describe('The bots that may ask for it; without it, all.'),
}).transform(({ team = null, label, skipIf, then, words, carries, bots, state }): Named => ({
  state,
  team,
  ...(label ? labels(label) : { label: null }),
  ...chained({ skipIf, then }),
  ...(words ? { words } : {}),
  ...(carries ? { carries } : {}),
  ...(bots ? { bots } : {}),
}));

/** What a site or a bot has for all who ask for a person. */
export const ownHandoff = z
  .preprocess((value) => (value === false ? 'off' : value), text('off, or the name of a handoff'))
  .meta({ value: '`off`, or a name under `handoffs`' })
  .optional();
