import type { OpenSkill } from '../bots/bot.ts';

/* Where the bot goes on after people: anew, or where a person at the desk has said. Pure. */

interface Kept {
  context: Record<string, unknown>;
  skills: OpenSkill[];
}

/**
 * @param words what stands behind `/bot`: `continue` goes on where the bot was; the name of a skill goes on with that one,
 *   as far as it was told (the last part of the name will do where the skill is unfinished). Anything else is for the bot
 * @returns what is left of the words, and what the bot knows of before
 */
export function stepIn(words: string, before: Kept): { instruction: string; kept: Kept } {
  const [first = '', rest = ''] = [/^\S*/.exec(words)?.[0], words.replace(/^\S*\s*/, '')];
  if (first.toLowerCase() === 'continue') return { instruction: rest, kept: before };
  const unfinished = before.skills.find(({ name }) => isCalled(name, first));
  if (unfinished) {
    const others = before.skills.filter((skill) => skill !== unfinished);
    return { instruction: rest, kept: { ...before, skills: [...others, unfinished] } };
  }
  // `Organization.Project.Skill`, and an address of the web or of mail is none.
  const isSkill = /^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+){2,}$/u.test(first) && !/^www\./i.test(first);
  if (isSkill) return { instruction: rest, kept: { context: {}, skills: [{ name: first, slots: {} }] } };
  return { instruction: words, kept: { context: {}, skills: [] } };
}

const isCalled = (skill: string, name: string): boolean =>
  name !== '' && [skill, skill.split('.').at(-1)].some((each) => each?.toLowerCase() === name.toLowerCase());
