import { parseArgs } from 'node:util';
import { openChatwootCheck } from '../desks/chatwoot/check/open-check.ts';
import { Lack, semantics, type Hands, type Semantic } from '../desks/semantics.ts';
import { RelayError } from '../errors.ts';

export const usage = [
  'Usage: npm run desk-check -- URL TOKEN [--account NUMBER] [--inbox NUMBER]',
  '',
  '  URL        the address of a Chatwoot',
  '  TOKEN      the access token of one of its administrators',
  '  --account  needed where they are in several',
  '  --inbox    an API inbox that nothing uses; without it one is made, and removed again',
].join('\n');

interface Surroundings {
  say(line: string): void;
  complain(line: string): void;
  /** Given up: what was made is taken back at once. */
  signal?: AbortSignal;
}

/**
 * Tries at a running desk what the port needs of any, and says what is lacking, a line each.
 * @returns the exit code: 0 where nothing is lacking, 1 where something is or it could not be tried, 2 for wrong words
 */
export async function checkDesk(words: readonly string[], { say, complain, signal }: Surroundings): Promise<number> {
  const read = readWords(words);
  if (typeof read === 'string') {
    complain(read);
    return 2;
  }
  try {
    const desk = await openChatwootCheck(read);
    say(`${desk.about}.`);
    say(`Teams there, with their numbers: ${desk.teams.join(', ') || 'none'}.`);
    for (const line of desk.refused) say(line);
    let lacking: number | undefined;
    try {
      lacking = await trySemantics(desk.hands, say, signal);
    } finally {
      const { removed, left } = await desk.takeBack();
      say(`Taken back: ${removed.join(', ') || 'nothing'}.`);
      say(`Left there: ${left.join('; ') || 'nothing'}.`);
    }
    if (lacking === undefined) {
      complain('It was not tried to the end.');
      return 1;
    }
    const all = semantics.length;
    say(lacking === 0 ? `Nothing is lacking: ${all} of ${all}.` : `Lacking: ${lacking} of ${all}.`);
    return lacking === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    complain(`${error.message.slice(0, 1).toUpperCase()}${error.message.slice(1)}.`);
    return 1;
  }
}

/** @returns how many are lacking; undefined where it was given up */
export async function trySemantics(
  hands: Hands,
  say: (line: string) => void,
  signal?: AbortSignal,
): Promise<number | undefined> {
  let lacking = 0;
  for (const semantic of semantics) {
    if (signal?.aborted) return undefined;
    const lack = await lackOf(semantic, hands);
    say(lack === undefined ? `  has    ${semantic.name}` : `  LACKS  ${semantic.name}: ${lack}`);
    if (lack !== undefined) lacking += 1;
  }
  return lacking;
}

/** @returns one clause; undefined where nothing is lacking */
async function lackOf({ holds }: Semantic, hands: Hands): Promise<string | undefined> {
  try {
    await holds(hands);
    return undefined;
  } catch (error) {
    if (error instanceof Lack || error instanceof RelayError) return error.message;
    throw error;
  }
}

/** @returns a sentence where they are not understood */
function readWords(words: readonly string[]): string | Parameters<typeof openChatwootCheck>[0] {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { account: { type: 'string' }, inbox: { type: 'string' } },
    });
    const [url, token, ...rest] = positionals;
    if (url === undefined || token === undefined || rest.length > 0) return usage;
    const numbers: { account?: number; inbox?: number } = {};
    for (const name of ['account', 'inbox'] as const) {
      const written = values[name];
      if (written === undefined) continue;
      if (!/^[1-9]\d{0,9}$/.test(written)) return `--${name} is to be a number: ${written} is none.`;
      numbers[name] = Number(written);
    }
    return { url, token, ...numbers };
  } catch {
    return usage;
  }
}
