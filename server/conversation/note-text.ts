import type { OpenSkill } from '../bots/bot.ts';
import type { Wish } from '../stores/conversation-state.ts';

/* What the private notes at the desk say. Pure; English, for the people at the desk. Markdown. */

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
 * What visitors and bots wrote, as a note may hold it: a picture is loaded by the browser of each agent who reads. What
 * else a desk makes of certain words, such as calling people, is the desk's to prevent.
 */
const harmless = (text: string): string => text.replace(/!(?=\[)/g, '$&\u200b');

/** Several lines, each of them marked as somebody else's words. */
const quote = (text: string): string =>
  harmless(text)
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map((line) => `> ${line}`)
    .join('\n');

/** The first line of the note that a person reads first: who wants what, and why this team. The transcript stands above it. */
export function handOverNote(name: string, wish: Wish, previous: number | string | null): string {
  // A bot that understood "a person, please" passes on the visitor's own wish.
  const by = wish.reason === 'visitor_asked' ? 'visitor' : wish.by;
  const trail = wish.route?.trail ?? [];
  const said = [`**${name} ${wanted[by]}.**`, ...trail];
  // The trail names the team, the topic and the skill that decided. What it does not name is said here.
  if (trail.length === 0 && wish.route?.label) said.push(`${wish.route.label}.`);
  const others = wish.skills.filter((skill) => !trail.some((line) => line.includes(skill)));
  if (others.length > 0) said.push(`Unfinished: ${others.map((skill) => `\`${skill}\``).join(', ')}.`);
  if (previous !== null) said.push(`What was said before stands in conversation ${previous}.`);
  return harmless(said.join(' '));
}

/** One line, short, and no marks of Markdown: what a visitor or a bot wrote, between our own words. */
const plain = (text: string): string => text.replace(/[*`]/g, '').replace(/\s+/g, ' ').trim().slice(0, 100);

/** More than this a note does not list. */
const mostTold = 12;

/** What the visitor has told the bot already, under a note: it spares people a question. Empty where that is nothing. */
export function alreadyTold(skills: readonly OpenSkill[]): string {
  const told = skills
    .flatMap((skill) => Object.entries(skill.slots))
    .filter(([slot, value]) => plain(slot) !== '' && plain(value) !== '')
    .slice(0, mostTold)
    .map(([slot, value]) => `${plain(slot)} **${plain(value)}**`);
  return told.length > 0 ? harmless(`\n\nAlready told: ${told.join(', ')}.`) : '';
}

/** The visitor's last words under a note, so that they are read without scrolling. */
export function quoted(text: string): string {
  const short = text.length > 500 ? `${text.slice(0, 500)}…` : text;
  return `\n\n${quote(short)}`;
}

/** What the bot made of it, under a note. */
export function summed(summary: string): string {
  return `\n\nIn short:\n\n${quote(summary.slice(0, 2_000))}`;
}

export const notes = {
  call: (name: string) => `${name} is waiting here, and nobody is assigned.`,
  cancelled: (name: string) => `${name} left the queue; the assistant answers again.`,
  failed: () => 'The handoff could not be finished in time; the assistant answers again.',
  back: (name: string) => `${name} went back to the assistant.`,
  handedBack: (name: string) => `The assistant goes on with ${name}, in another conversation.`,
  botClosed: () => 'The assistant is done here.',
  ended: (name: string) => `${name} ended the chat.`,
  rated: (name: string, stars: number, text: string) =>
    `${name} was asked whether this was solved: **${stars} of 5**.${text.trim() === '' ? '' : `\n\n${quote(text)}`}`,
  undelivered: (by: 'visitor' | 'bot') =>
    by === 'visitor'
      ? 'A message of the visitor could not be written here: it was refused. The visitor is told that it was not sent.'
      : 'A message of the assistant could not be written here: it was refused. The visitor has read it.',
  refused: (step: string) => `A step could not be taken here (${step}): it was refused. Everything else went on.`,
  elsewhere: (number: number | string | null) =>
    `People have this visitor in ${number === null ? 'another conversation' : `conversation ${number}`}. What was written here was shown to them; their answers arrive there.`,
  superseded: () => 'The visitor is answered in an earlier conversation again, so this one is closed.',
};
