import type { Wish } from './state.ts';

/** What the private note at the desk says. Pure; English, for the people at the desk. Markdown. */

export function visitorName(hash: string): string {
  return `Visitor ${hash.slice(0, 4)}`;
}

const wanted: Record<Wish['by'], string> = {
  visitor: 'asked for a person',
  bot: 'is passed on by the assistant',
  relay: 'is passed on, because the assistant had no answer',
  agent: 'was taken up here',
};

/**
 * What visitors and bots wrote, as a note may hold it: a link of this kind in a note calls the people it names, and
 * lets them take part from then on; a picture is loaded by the browser of each agent who reads.
 */
const harmless = (text: string): string =>
  text.replace(/mention:(?=\/\/)/gi, '$&\u200b').replace(/!(?=\[)/g, '$&\u200b');

/** Several lines, each of them marked as somebody else's words. */
const quote = (text: string): string =>
  harmless(text)
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');

/** The note that a person reads first: who, what they want, why this team. The transcript stands above it. */
export function handOverNote(name: string, wish: Wish, previous: number | string | null): string {
  // A bot that understood "a person, please" passes on the visitor's own wish.
  const by = wish.reason === 'visitor_asked' ? 'visitor' : wish.by;
  const lines = [`**${name} ${wanted[by]}.**`];
  if (wish.route?.label) lines.push(`Team: **${wish.route.label}**`);
  if (wish.route?.trail.length) lines.push(`Why: ${wish.route.trail.join(' ')}`);
  lines.push(
    wish.skills.length
      ? `Unfinished: ${wish.skills.map((skill) => `\`${skill}\``).join(', ')}`
      : 'Nothing was left unfinished with the assistant.',
  );
  if (wish.chosen) lines.push(`Chosen: ${wish.chosen}`);
  lines.push(
    previous === null
      ? 'The whole conversation is above.'
      : `What was said since then is above; before that there was conversation ${previous}.`,
  );
  return harmless(lines.join('\n\n'));
}

/** What the bot made of it, under a note. */
export function summed(summary: string): string {
  return `\n\nIn short:\n\n${quote(summary.slice(0, 2_000))}`;
}

/** The visitor's words under a note, so that it is read without scrolling. */
export function quoted(text: string): string {
  const short = text.length > 500 ? `${text.slice(0, 500)}…` : text;
  return `\n\nLast words:\n\n${quote(short)}`;
}

export const notes = {
  call: (name: string) => `${name} is waiting here, and nobody is assigned.`,
  cancelled: (name: string) => `${name} left the queue; the assistant answers again.`,
  failed: () => 'The handoff could not be finished in time; the assistant answers again.',
  back: (name: string) => `${name} went back to the assistant.`,
  ended: (name: string) => `${name} ended the chat.`,
  undelivered: (by: 'visitor' | 'bot') =>
    by === 'visitor'
      ? 'A message of the visitor could not be written here: it was refused. The visitor is told that it was not sent.'
      : 'A message of the assistant could not be written here: it was refused. The visitor has read it.',
  refused: (step: string) => `A step could not be taken here (${step}): it was refused. Everything else went on.`,
  elsewhere: (number: number | string | null) =>
    `People have this visitor in ${number === null ? 'another conversation' : `conversation ${number}`}. What was written here was shown to them; their answers arrive there.`,
  superseded: () => 'The visitor is answered in an earlier conversation again, so this one is closed.',
};
