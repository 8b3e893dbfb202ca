import { BotFailure, type Bot } from '../bot.ts';
import { takeTurn } from './dialog.ts';
import { createMatcher } from './matcher.ts';
import { readSkills } from './skill-file.ts';

interface SkillBotOptions {
  name: string;
  /** The path of a YAML file of skills, read once. */
  file: string;
  /** The names of handoffs that there are; without them, names in the file are not looked at. */
  handoffs?: readonly string[];
}

/**
 * The built-in bot: skills from a file, matched by their phrases, with questions asked one by one. It needs nobody,
 * keeps nothing between turns, and answers at once.
 * @throws {RelayError} one message with everything that is wrong in the file, by line
 */
export function openSkillBot({ name, file, handoffs }: SkillBotOptions): Bot {
  const set = readSkills(file, handoffs);
  const matcher = createMatcher(set);
  return {
    name,
    wants: { events: new Set(['session.resume']), briefing: false, history: 0, visitor: false },
    async reply(turn, signal) {
      if (signal.aborted) throw new BotFailure('the answer is not wanted any more', { cause: signal.reason });
      return takeTurn(set, matcher, turn);
    },
  };
}
