import { z } from 'zod';
import type { TeamName } from '../desks/team-name.ts';
import type { InLanguages } from '../words.ts';
import { duration, group, inLanguages, oneOf, oneOrMore, team, text, yesOrNo } from './values.ts';
import { expected } from './yaml-file.ts';

/** The first language is what the log and the desk hold. */
export const labels = (words: InLanguages<string>) => ({ label: Object.values(words)[0] ?? '', labels: words });

/** Why a team may be passed over. */
type SkipReason = 'nobody_online';
const skips = z
  .array(oneOf(['nobody_online']), { error: expected('a list such as [nobody_online]') })
  .meta({ value: 'list of `nobody_online`' });

const next = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? value : { team: value }),
  group({ team, skip_if: skips.optional() }),
);

/** A team, and those that come after it. */
export const chain = {
  skip_if: skips
    .optional()
    .describe(
      'When the next team is taken instead of this one. Where a team is written under `then`, it is `nobody_online` by itself; `[]` waits all the same. A team that is not there, or empty, is always passed over.',
    ),
  then: z
    .array(next, { error: expected('a list of teams, such as [support]') })
    .min(1, { error: () => 'should hold at least one team' })
    .meta({ value: 'list of teams, each as `team` or `{ team, skip_if }`' })
    .optional()
    .describe('The teams that come after it, in order. After all of them comes the default.'),
};

export interface Chained {
  skipIf?: SkipReason[];
  then?: { team: TeamName; skipIf?: SkipReason[] }[];
}

interface Written {
  skipIf?: SkipReason[] | undefined;
  then?: { team: TeamName; skipIf?: SkipReason[] | undefined }[] | undefined;
}

/** Each team with what it is passed over for: where another one is written behind it, for nobody being there. */
export function chained({ skipIf, then }: Written): Chained {
  const skipping = (skipIf: SkipReason[] | undefined, isLast: boolean) => {
    const own = skipIf ?? (isLast ? undefined : (['nobody_online'] satisfies SkipReason[]));
    return own ? { skipIf: own } : {};
  };
  const others = then?.map(({ team, skipIf }, at) => ({ team, ...skipping(skipIf, at === then.length - 1) }));
  return { ...skipping(skipIf, !then), ...(others ? { then: others } : {}) };
}

const when = group({
  language: oneOrMore(
    text('a language').refine((value) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(value), {
      error: expected('a language such as en, de or ar'),
    }),
    'language',
  )
    .optional()
    .describe("The visitor's language; `de` is `de-AT`, too."),
  page: oneOrMore(
    text('a page').refine((value) => /^(\/|\*|https?:\/\/)/.test(value), {
      error: expected('a path such as /checkout*, or an address such as https://shop.example/checkout*'),
    }),
    'path or address, in which `*` stands for anything',
  )
    .optional()
    .describe('The page that the visitor is on.'),
  hours: oneOf(['open', 'closed'])
    .optional()
    .describe('Within the `hours` of the site, or outside of them. A site without hours is always open.'),
  attributes: z
    .record(text('a name'), oneOrMore(text('a value'), 'value'), {
      error: expected('names with their values, such as { plan: [pro, team] }'),
    })
    .meta({ value: 'names, each with a value or a list of them' })
    .optional()
    .describe('What the bot has said of the visitor when it asked for a person.'),
}).transform(({ language, page, hours, attributes }) => ({
  ...(language ? { language } : {}),
  ...(page ? { page } : {}),
  ...(hours ? { hours } : {}),
  ...(attributes ? { attributes } : {}),
}));

interface Ruled extends Chained {
  team: TeamName;
  label: string;
  labels?: InLanguages<string>;
  skills: string[];
  when?: { language?: string[]; page?: string[]; hours?: 'open' | 'closed'; attributes?: Record<string, string[]> };
  bots?: string[];
  enabled?: boolean;
  continue?: boolean;
}

export const rule = group(
  {
    team: team.describe('The team at Chatwoot.'),
    label: inLanguages(
      text('what visitors read', { longest: 80 }),
      'what visitors read, such as Orders and returns',
    ).describe(
      'What visitors read for it: in the choice, above the chat, in notices. Chatwoot gets the first language.',
    ),
    skills: z
      .array(text('the name of a skill'), { error: expected('a list of skills, such as [org.demo.shop.ReturnOrder]') })
      .min(1, { error: () => 'should hold at least one skill' })
      .meta({ value: 'list of names' })
      .optional()
      .describe(
        'The skills that belong to the team, `Organization.Project.Skill`. `me.test` is all beneath it, `*` stands for one part. Without skills, the conditions alone decide.',
      ),
    when: when.optional(),
    bots: oneOrMore(text('the name of one of the bots'), 'name under `bots`')
      .optional()
      .describe('The bots it is for; without it, all.'),
    ...chain,
    continue: yesOrNo().default(false).describe('Whether the rules below that fit, too, come after its own teams.'),
    enabled: yesOrNo().default(true).describe('`false`: it is as if it were not there.'),
  },
  { intents: 'is called skills', targets: 'is written as team, and then: for those that come after it' },
).transform(({ label, skills = [], skipIf, then, when, bots, continue: goesOn, enabled, team }): Ruled => ({
  team,
  ...labels(label),
  skills,
  ...chained({ skipIf, then }),
  ...(when && Object.keys(when).length > 0 ? { when } : {}),
  ...(bots ? { bots } : {}),
  ...(goesOn ? { continue: true } : {}),
  ...(enabled ? {} : { enabled: false }),
}));

/** Where everything goes that no rule has. */
interface Unruled extends Chained {
  team: TeamName | null;
  label: string | null;
  labels?: InLanguages<string>;
}

export const otherwise = group({
  team: team.describe('The team of everything that no rule has. Without `default`, the inbox decides.'),
  label: inLanguages(text('what visitors read', { longest: 80 }))
    .optional()
    .describe('What visitors read for it.'),
  ...chain,
  then: chain.then.describe('The teams that come after it, in order. The last one takes everybody who comes to it.'),
});

/** To whom a visitor goes who wants a person. */
export const routing = group({
  ask: yesOrNo()
    .default(true)
    .describe('Whether visitors who have left nothing unfinished are asked what it is about.'),
  strategy: oneOf(['rule_order', 'most_specific', 'innermost'])
    .default('rule_order')
    .describe(
      'Which rule decides where several fit: the first (`rule_order`), or the one that names the skill with the most parts (`most_specific`). With `innermost` only the skill counts that was begun last.',
    ),
  ignore: z
    .array(text('the name of a skill'), { error: expected('a list of skills, such as [io.opencui]') })
    .meta({ value: 'list of names' })
    .default(['io.opencui'])
    .describe("Skills that never count, such as those of a bot's own engine."),
  last_person: duration({ from: 60_000 })
    .optional()
    .describe(
      'For how long the person who helped last comes first, where they are online and in the team. Without it, nobody comes first.',
    ),
  default: otherwise
    .transform(({ team, label, skipIf, then }): Unruled => ({
      team,
      ...(label ? labels(label) : { label: null }),
      ...chained({ skipIf, then }),
    }))
    .default({ team: null, label: null }),
  rules: z.array(rule, { error: expected('a list of rules: - { team, label, skills }') }).default([]),
}).transform(({ lastPerson, ...rest }) => ({ ...rest, ...(lastPerson === undefined ? {} : { lastPerson }) }));
