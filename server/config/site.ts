import { z } from 'zod';
import { Choice } from '../../shared/message.ts';
import { hours } from './hours.ts';
import { isOrigin, originMatcher } from './origins.ts';
import { ownHandoff } from './handoffs.ts';
import { group, holds, inLanguages, text, yesOrNo } from './values.ts';
import { expected } from './yaml-file.ts';

export const origin = holds(
  z.string({ error: expected('an origin such as https://shop.example') }).refine(isOrigin, {
    error: expected('an origin such as https://shop.example or http://localhost:* (no path, no slash at its end)'),
  }),
  'origin',
);

/** Something to press, written as its words or as `{ title, value }`. */
const choice = z.preprocess(
  (value) => (typeof value === 'string' ? { title: value, value } : value),
  z.object(Choice.shape, { error: expected('words to press, or { title, value }') }),
);

/** Written in single quotes or none: no length of CSS has a quote in it. */
const length = text('a length such as 24px', { longest: 80 }).meta({ value: 'length of CSS, such as `24px`' });

/** A site on whose pages the chat stands. */
export const site = group(
  {
    origins: z
      .array(origin, { error: expected('a list of origins, such as [https://shop.example]') })
      .min(1, { error: () => 'should hold at least one origin, such as https://shop.example' })
      .meta({ value: 'list of origins' })
      .describe(
        'The pages that may show the chat, by their exact origins: scheme, host and port, no path. `http://localhost:*` takes any port. A page that is not listed is refused, and the log prints the line to add.',
      ),
    bot: text('the name of one of the bots').describe('Who answers first: a name under `bots`.'),
    name: text('the name of the site', { longest: 80 })
      .default('Chat')
      .describe('The name that visitors read above an empty chat.'),
    intro: inLanguages(text('one sentence')).optional().describe('One sentence below the name.'),
    suggestions: inLanguages(
      holds(
        z.array(choice, { error: expected('a list of words to press') }).max(6),
        'list of up to 6 words to press, each as its words or as `{ title, value }`',
      ),
    )
      .default({})
      .describe('Offered below the greeting. `title` is what the visitor reads, `value` what the bot hears.'),
    hours: hours
      .optional()
      .describe(
        'When people are there. Outside of it a visitor who asks for one reads when they are back, and may leave a message, wait all the same, or stay with the assistant. Without it people are always there.',
      ),
    rating: yesOrNo()
      .default(true)
      .describe('Whether visitors are asked if it was solved, after a chat in which a person answered.'),
    accent: z
      .string({ error: expected("a colour in quotes, such as '#17624f'") })
      .regex(/^#[0-9a-f]{6}$/i, { error: expected("a colour in quotes, such as '#17624f'") })
      .meta({ value: 'colour in quotes, `#rrggbb`' })
      .default('#17624f')
      .describe('The colour of the chat; everything else is mixed from it. `data-accent` of the tag beats it.'),
    side: z
      .enum(['left', 'right'], { error: expected('left or right') })
      .optional()
      .meta({ value: '`left` or `right`' })
      .describe('The side of the window that the launcher is on; without it right, and left in Arabic.'),
    offset: length
      .optional()
      .describe("From that side of the window; without it 20px. The tag's `data-offset` beats it."),
    handoff: ownHandoff.describe(
      'What visitors come to who ask for a person: a handoff by its name, instead of the rules; or `off`, for there is nobody: nothing is offered, and who asks is told so.',
    ),
    offset_up: length
      .optional()
      .describe("From the window's lower edge, above a bar of the site's own; without it as `offset`."),
  },
  {
    languages: 'is no setting any more, leave it out: what is written by language says which there are',
    mirror: 'is no setting any more, leave it out: people can always read along from the first word',
  },
).transform((value) => ({ ...value, allowsOrigin: originMatcher(value.origins) }));
