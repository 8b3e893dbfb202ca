import type { Message } from '../../shared/message.ts';
import { redact } from '../redact.ts';

/* What was said between a visitor and people, for the bot that goes on after them. Pure. */

/** Of one message, and of all together, in characters. */
const longestLine = 400;
const longestBriefing = 4_000;

/**
 * Cut to what a bot needs to neither ask again nor contradict: a line each, the newest of them, without addresses and
 * numbers of cards.
 * @param messages in order; what lost its words is left out
 */
export function briefing(messages: readonly Message[]): string {
  const lines = messages.flatMap(lineOf);
  let left = longestBriefing;
  const from = lines.findLastIndex((line) => (left -= line.length + 1) < 0) + 1;
  return [...(from > 0 ? ['…'] : []), ...lines.slice(from)].join('\n');
}

function lineOf({ author, text, deleted, files = [] }: Message): string[] {
  if (deleted || (author.kind !== 'visitor' && author.kind !== 'agent')) return [];
  const words = redact(text).replace(/\s+/g, ' ').trim();
  const cut = words.length > longestLine ? `${words.slice(0, longestLine)}…` : words;
  const said = [cut, ...files.map(() => '[file]')].filter((part) => part !== '').join(' ');
  return said === '' ? [] : [`${author.kind === 'agent' ? author.name : 'Visitor'}: ${said}`];
}
