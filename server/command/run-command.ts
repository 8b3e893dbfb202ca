import { RelayError } from '../errors.ts';
import { backup } from './backup.ts';
import type { Command, Surroundings } from './command.ts';
import { dryRun } from './dry-run.ts';
import { erase } from './erase.ts';
import { exportAll } from './export.ts';
import { move } from './move.ts';
import { restore } from './restore.ts';
import { route } from './route.ts';
import { show } from './show.ts';

/** Every command there is; the list that `help` prints is in this order. */
const commands: readonly Command[] = [backup, restore, move, show, exportAll, erase, dryRun, route];

const nameOf = ({ usage }: Command): string => usage.split(' ')[0] ?? '';
const argumentsOf = ({ usage }: Command): number => usage.split(' ').length - 1;

/** What `help` prints. */
function usage(): string {
  const longest = Math.max(...commands.map((each) => each.usage.length));
  return [
    'Usage: npm run baton -- <command>',
    '',
    ...commands.map((each) => `  ${each.usage.padEnd(longest)}  ${each.about}`),
    '',
    'WHO is a conversation’s number at Chatwoot, its name in the log, or a visitor’s id.',
    ...commands.flatMap(({ more = [] }) => more),
    'It reads the same baton.yaml as the relay.',
  ].join('\n');
}

/**
 * Carries out one command.
 * @param complain told one sentence where it fails, and what to do
 * @returns the exit code: 0, 1 where it failed, 2 where it was not understood
 */
export async function runCommand(
  words: readonly string[],
  { complain, ...at }: Surroundings & { complain(line: string): void },
): Promise<number> {
  const [name, ...args] = words;
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    if (name === undefined) complain(usage());
    else at.say(usage());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((each) => nameOf(each) === name);
  if (!command) {
    complain(`There is no command ${name}: there are ${commands.map(nameOf).join(', ')}.`);
    return 2;
  }
  if (!command.more && (args.length !== argumentsOf(command) || args.includes(''))) {
    complain(`Usage: npm run baton -- ${command.usage}`);
    return 2;
  }
  try {
    await command.run(args, at);
    return 0;
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    complain(error.remedy ? `${sentence(error.message)}\n${sentence(error.remedy)}` : sentence(error.message));
    return 1;
  }
}

const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
