import { z } from 'zod';
import type { TeamName } from '../desks/team-name.ts';
import type { InLanguages } from '../words.ts';
import { group, inLanguages, team, text, yesOrNo } from './values.ts';
import { expected } from './yaml-file.ts';

/** The first language is what the log and the desk hold. */
const labels = (words: InLanguages<string>) => ({ label: Object.values(words)[0] ?? '', labels: words });

interface Ruled {
  team: TeamName;
  label: string;
  labels?: InLanguages<string>;
  skills: string[];
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
      .describe(
        'The skills that belong to the team, `Organization.Project.Skill`. `me.test` is all beneath it, `*` stands for one part.',
      ),
  },
  { intents: 'is called skills' },
).transform(({ label, ...rest }): Ruled => ({ ...rest, ...labels(label) }));

/** Where everything goes that no rule has. */
interface Unruled {
  team: TeamName | null;
  label: string | null;
  labels?: InLanguages<string>;
}

export const otherwise = group({
  team: team.describe('The team of everything that no rule has. Without `default`, the inbox decides.'),
  label: inLanguages(text('what visitors read', { longest: 80 }))
    .optional()
    .describe('What visitors read for it.'),
});

/** To whom a visitor goes who wants a person. */
export const routing = group({
  ask: yesOrNo()
    .default(true)
    .describe('Whether visitors who have left nothing unfinished are asked what it is about.'),
  default: otherwise
    .transform(({ team, label }): Unruled => ({ team, ...(label ? labels(label) : { label: null }) }))
    .default({ team: null, label: null }),
  rules: z.array(rule, { error: expected('a list of rules: - { team, label, skills }') }).default([]),
});
