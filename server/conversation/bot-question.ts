import { createHash } from 'node:crypto';
import { pageOfEvents } from '../../shared/limits.ts';
import type { Message } from '../../shared/message.ts';
import type { BotWants, Previous, Said, Turn } from '../bots/bot.ts';
import type { Store, Task, Work } from '../stores/store.ts';
import { briefing } from './briefing.ts';
import { isOfDesk } from './desk-ids.ts';
import type { Current } from './draft.ts';

/* What a bot is asked, put together from the log when it is asked: what lost its words since is not in it. */

/** What a bot is asked at once, after a long time with nobody: the newest messages, and characters. */
const mostInATurn = 20;
const longestTurn = 32_000;
/** Of one message of the history, in characters. */
const longestSaid = 4_000;
/** Of a long time with people, the newest so many events make the briefing. */
const mostBriefed = 300;

type BotTask = Extract<Task, { lane: 'bot' }>;
type Log = Pick<Store, 'message' | 'events'>;

interface Parts {
  store: Log;
  wants: BotWants | undefined;
  deadlineMs: number;
  nameOf(visitor: string): string;
  /** Whether nobody can take over there. */
  isAlone: boolean;
}

/** @returns undefined where all that was said in the turn has lost its words */
export async function questionOf(conversation: Current, row: Work, parts: Parts): Promise<Turn | undefined> {
  const { task } = row;
  if (task.lane !== 'bot') return undefined;
  const { store, wants, deadlineMs, nameOf, isAlone } = parts;
  const { id, site, state, visitor } = conversation;
  const { bot } = state;
  const words = task.event ? [] : (await wordsFor(store, id, task)).slice(-mostInATurn);
  const last = words.at(-1);
  if (!last && !task.event) return undefined;
  // What happened in a session that is over by now is told of that one; nothing of it is kept any more.
  const isOver = task.session !== undefined && task.session !== bot.session;
  return {
    id: task.turn,
    epoch: task.epoch,
    deadlineMs,
    conversation: id,
    site,
    event: task.event ?? null,
    missed: bot.missed,
    mistakes: bot.mistakes,
    session: {
      id: task.session ?? bot.session,
      seq: bot.turns + 1,
      previous: isOver ? null : await previousOf(store, conversation, wants),
    },
    handoverSuccess: bot.handoverSuccess,
    visitor: wants?.visitor ? { id: pseudonym(visitor), name: nameOf(visitor), since: conversation.createdAt } : null,
    history: wants?.history ? await historyOf(store, conversation, { task, words, most: wants.history }) : [],
    language: state.language,
    page: state.page,
    text: words
      .map((message) => message.text)
      .join('\n')
      .slice(-longestTurn),
    choice: (words.length === 1 && last?.choices?.[0]) || null,
    at: last?.at ?? task.event?.at ?? 0,
    context: isOver ? {} : bot.context,
    skills: isOver ? [] : bot.skills,
    ...(isAlone ? { alone: true as const } : {}),
  };
}

/** What the visitor said and the bot is asked with, oldest first, without what lost its words. */
async function wordsFor(store: Log, id: string, { from, upTo, also }: BotTask): Promise<Message[]> {
  const words = new Map<string, Message>();
  const add = (message: Message | undefined) => {
    if (message?.author.kind === 'visitor' && !message.deleted) words.set(message.id, message);
  };
  for (const message of also) add(await store.message(id, message));
  for (let after = from; after < upTo;) {
    const page = await store.events(id, after, pageOfEvents);
    for (const event of page) {
      if (event.kind !== 'message' || event.seq > upTo) continue;
      // What was taken back from the desk is open by its id, or is not.
      if (!isOfDesk(event.message.id)) add(event.message);
    }
    after = page.at(-1)?.seq ?? upTo;
  }
  return [...words.values()];
}

/** The newest messages before this turn, oldest first: without its own words, and those that are for the next one. */
async function historyOf(
  store: Log,
  { id, seq, state }: Current,
  { task, words, most }: { task: BotTask; words: readonly Message[]; most: number },
): Promise<Said[]> {
  const asked = new Set([...words.map((word) => word.id), ...state.alsoOpen]);
  const answered = task.event ? state.answered : task.upTo;
  const found: Said[] = [];
  for (let upTo = seq; upTo > 0 && found.length < most; upTo -= pageOfEvents) {
    const after = Math.max(0, upTo - pageOfEvents);
    const page = await store.events(id, after, upTo - after);
    const said = page.flatMap((event) => {
      if (event.kind !== 'message' || event.message.deleted || asked.has(event.message.id)) return [];
      const { id, author } = event.message;
      const isNext = author.kind === 'visitor' && event.seq > answered && !isOfDesk(id);
      return isNext ? [] : [saidIn(event.message)];
    });
    found.unshift(...said);
  }
  return found.slice(-most);
}

function saidIn({ author, text, at }: Message): Said {
  const cut = text.length > longestSaid ? `${text.slice(0, longestSaid)}…` : text;
  return { by: author.kind, ...(author.kind === 'agent' ? { name: author.name } : {}), text: cut, at };
}

async function previousOf(store: Log, { id, state }: Current, wants: BotWants | undefined): Promise<Previous | null> {
  const { previous } = state.bot;
  if (!previous) return null;
  const { endReason, people, instruction } = previous;
  const known = { endReason, ...(instruction ? { instruction } : {}) };
  // People's words go to no bot that did not ask for them.
  if (!people || !wants?.briefing) return wants?.events.has('session.resume') ? known : { endReason };
  const after = Math.max(people.from, people.upTo - mostBriefed);
  const events = await store.events(id, after, people.upTo - after);
  const text = briefing(events.flatMap((event) => (event.kind === 'message' ? [event.message] : [])));
  return { ...known, ...(text ? { briefing: text } : {}) };
}

/** The same for the same visitor, and no key to anything. */
const pseudonym = (visitor: string): string =>
  createHash('sha256').update(`bot ${visitor}`).digest('base64url').slice(0, 22);
