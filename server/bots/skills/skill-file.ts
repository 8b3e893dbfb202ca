import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Choice } from '../../../shared/message.ts';
import { inLanguages, oneOf, text, yesOrNo } from '../../config/values.ts';
import { nearest } from '../../config/nearest.ts';
import { expected, listProblems, problemsIn, readYaml, settings, type Problem } from '../../config/yaml-file.ts';
import { RelayError } from '../../errors.ts';
import { fold } from '../../words.ts';

/*
 * A file of skills. Wherever words stand, they may be the same for everybody or one for each language (en, de, ar …).
 */

const answer = text('an answer, in Markdown', { longest: 8_000 });

/** Something to press, written as its words or as `{ title, value }`. A value may be a skill's name, or a phrase. */
const reply = z.preprocess(
  (value) => (typeof value === 'string' ? { title: value, value } : value),
  z.object(Choice.shape, { error: expected('words to press, or { title, value }') }),
);
const replies = inLanguages(z.array(reply, { error: expected('a list of words to press') }).max(13));

const phrases = inLanguages(
  z.array(text('words that a visitor might write'), { error: expected('a list of phrases') }).min(1, {
    error: () => 'should hold at least one phrase',
  }),
);

const pattern = text('a regular expression', { longest: 500 }).refine(isPattern, {
  error: expected('a regular expression that can be read'),
});

const slot = settings({
  /** Used in answers as `{name}`. */
  name: text('a short name').refine((value) => /^\w{1,40}$/.test(value), {
    error: expected('a name of letters, digits and _'),
  }),
  /** What the visitor is asked. */
  ask: inLanguages(answer),
  /** What is asked when the answer does not fit. */
  again: inLanguages(answer).optional(),
  kind: oneOf(['text', 'number', 'email']).default('text'),
  /** What fits is taken from the answer, in any letter case, and already from the words that began the skill. */
  pattern: pattern.optional(),
  replies: replies.optional(),
});

const skill = settings({
  /** `Organization.Project.Skill`, as routing knows it. */
  name: text('a name').refine((value) => /^[\w-]+(\.[\w-]+){2,}$/.test(value), {
    error: expected('a name such as org.demo.shop.ReturnOrder (organization, project, skill)'),
  }),
  /** What visitors write when they want it. */
  phrases,
  /** What has to be known first, asked one by one. */
  slots: z.array(slot, { error: expected('a list of slots: - { name, ask }') }).default([]),
  /** Markdown; `{name}` is what was told. */
  answer: inLanguages(answer).optional(),
  replies: replies.optional(),
  /** Ends with a person: `true`, or the name of a handoff. */
  handoff: z
    .union([yesOrNo(), text('the name of a handoff')], {
      error: expected('true, false, or a name under handoffs'),
    })
    .default(false),
});

const SkillFile = settings({
  /** Said where there is no answer. */
  fallback: inLanguages(answer).optional(),
  /** Offered where there is no answer. */
  suggestions: replies.default({}),
  skills: z.array(skill, { error: expected('a list of skills: - { name, phrases, answer }') }).min(1, {
    error: () => 'should hold at least one skill',
  }),
});

export type SkillSet = z.output<typeof SkillFile>;
export type Skill = SkillSet['skills'][number];
export type Slot = Skill['slots'][number];

/**
 * Reads a file of skills.
 * @param handoffs the names that there are; without them, names are not looked at
 * @throws {RelayError} one message with everything that is wrong in it, by line
 */
export function readSkills(path: string, handoffs?: readonly string[]): SkillSet {
  const yaml = readYaml(readText(path));
  const refuse = (list: string): never => {
    throw new RelayError(`the skills in ${path} cannot be used:\n${list}`, { remedy: 'correct these and start again' });
  };
  if (yaml.errors.length > 0) {
    return refuse(yaml.errors.map(({ line, sentence }) => `  line ${line}: ${sentence}`).join('\n'));
  }
  const parsed = SkillFile.safeParse(yaml.value);
  const problems = parsed.success
    ? [...checkAcross(parsed.data), ...unknownHandoffs(parsed.data, handoffs)]
    : problemsIn(parsed.error);
  return parsed.success && problems.length === 0 ? parsed.data : refuse(listProblems(yaml, problems));
}

/** Names and phrases that two skills share, answers that use what nobody was asked for. */
function checkAcross({ skills }: SkillSet): Problem[] {
  const problems: Problem[] = [];
  const names = new Map<string, number>();
  const owners = new Map<string, number>();
  skills.forEach((skill, at) => {
    const say = (path: PropertyKey[], sentence: string) => problems.push({ path: ['skills', at, ...path], sentence });
    if (names.has(skill.name.toLowerCase())) say(['name'], 'is there twice: give each skill its own name');
    names.set(skill.name.toLowerCase(), at);
    if (!skill.answer && !skill.handoff) say(['answer'], 'is missing: write an answer, or handoff: true');
    for (const [language, list] of Object.entries(skill.phrases)) {
      for (const phrase of list) {
        const owner = owners.get(fold(phrase));
        if (owner !== undefined && owner !== at) {
          say(['phrases', language], `has “${phrase}”, as ${skills[owner]?.name} does: leave it to one of them`);
        }
        owners.set(fold(phrase), at);
      }
    }
    for (const [language, words] of Object.entries(skill.answer ?? {})) {
      for (const [, used = ''] of words.matchAll(/\{(\w+)\}/g)) {
        if (!skill.slots.some(({ name }) => name === used)) {
          say(['answer', language], `uses {${used}}, which is none of its slots`);
        }
      }
    }
  });
  return problems;
}

/** Skills that end with a handoff of a name that there is not. */
function unknownHandoffs({ skills }: SkillSet, known: readonly string[] | undefined): Problem[] {
  return skills.flatMap(({ handoff }, at) => {
    if (typeof handoff === 'boolean' || known === undefined || known.includes(handoff)) return [];
    const meant = nearest(handoff, known) ?? known.join(', ');
    const sentence = `names ${handoff}, which is not under handoffs${meant ? `: did you mean ${meant}?` : ''}`;
    return [{ path: ['skills', at, 'handoff'], sentence }];
  });
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RelayError(`the skills ${path} cannot be read`, {
      remedy: 'name a file under bots in baton.yaml',
      cause,
    });
  }
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'iu');
    return true;
  } catch {
    return false;
  }
}
