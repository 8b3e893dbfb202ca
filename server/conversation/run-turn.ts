import { BotFailure, type Answer, type Bot, type Turn } from '../bots/bot.ts';
import type { After } from '../clock.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import { pageOfEvents } from '../../shared/limits.ts';
import type { Message } from '../../shared/message.ts';
import type { Store, Task, Work } from '../stores/store.ts';
import { botAnswered, botFailed, nothingToAsk } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Loaded } from './draft.ts';

/* One turn of the bot: asked with all that was said, and not listened to once somebody else answers. */

export interface TurnRunner {
  run(id: string, row: Work, loaded: Loaded): Promise<void>;
  /** After each commit: ends a turn whose row is gone. */
  fence(id: string, loaded: Loaded): void;
  /** Ends all turns that are under way. */
  close(): void;
}

interface Parts {
  conversations: Conversations;
  store: Pick<Store, 'message' | 'events'>;
  botOf(site: string): Bot;
  botDeadlineMs(site: string): number;
  /** The bot begins or ends to think. Shown, never stored. */
  thinking(id: string, on: boolean): void;
  after: After;
  log: Log;
}

/** What a bot is asked at once, after a long time with nobody: the newest messages, and characters. */
const mostInATurn = 20;
const longestTurn = 32_000;
/** What a bot may have kept between two turns, in characters of JSON. */
const longestContext = 65_536;
/** Why a bot is not listened to any more, where it is not to blame. */
const fenced = 'somebody else answers';

export function createTurnRunner(parts: Parts): TurnRunner {
  const { conversations, store, botOf, botDeadlineMs, thinking, after, log } = parts;
  const underWay = new Map<string, { controller: AbortController; row: string }>();
  let closed = false;

  /** What the visitor said and the bot is asked with, oldest first, without what lost its words. */
  async function wordsFor(id: string, { from, upTo, also }: Extract<Task, { lane: 'bot' }>): Promise<Message[]> {
    const words = new Map<string, Message>();
    const add = (message: Message | undefined) => {
      if (message?.author.kind === 'visitor' && !message.deleted) words.set(message.id, message);
    };
    for (const message of also) add(await store.message(id, message));
    for (let after = from; after < upTo;) {
      const page = await store.events(id, after, pageOfEvents);
      for (const event of page) if (event.kind === 'message' && event.seq <= upTo) add(event.message);
      after = page.at(-1)?.seq ?? upTo;
    }
    return [...words.values()];
  }

  /** @returns undefined where all that was said in the turn has lost its words */
  async function question({ conversation }: Loaded, row: Work): Promise<Turn | undefined> {
    if (row.task.lane !== 'bot') return undefined;
    const { turn, epoch } = row.task;
    const { id, site, state } = conversation;
    const words = (await wordsFor(id, row.task)).slice(-mostInATurn);
    const last = words.at(-1);
    if (!last) return undefined;
    return {
      id: turn,
      epoch,
      deadlineMs: botDeadlineMs(site),
      conversation: id,
      site,
      session: { id: state.bot.session, seq: state.bot.turns + 1 },
      language: state.language,
      page: state.page,
      text: words
        .map((message) => message.text)
        .join('\n')
        .slice(-longestTurn),
      choice: (words.length === 1 && last.choices?.[0]) || null,
      at: last.at,
      context: state.bot.context,
      skills: state.bot.skills,
    };
  }

  /** @returns for no answer, or none in time, or one that is not listened to any more: whether asking again may help */
  async function ask(id: string, row: Work, turn: Turn): Promise<Answer | { mayRetry: boolean }> {
    const controller = new AbortController();
    const deadline = after(turn.deadlineMs, () => controller.abort());
    underWay.set(id, { controller, row: row.id });
    thinking(id, true);
    try {
      const answer = await withDeadline(botOf(turn.site).reply(turn, controller.signal), controller.signal);
      if (answer.messages.length === 0 && !answer.handoff)
        throw new BotFailure('the bot said nothing', { retry: true });
      if (JSON.stringify(answer.context).length > longestContext) throw new BotFailure('the bot keeps too much');
      return answer;
    } catch (error) {
      if (!closed && controller.signal.reason !== fenced)
        log.warn({ err: error, attempt: row.attempts + 1, conversation: shortName(id) }, 'the bot had no answer');
      return { mayRetry: !(error instanceof BotFailure) || error.retry };
    } finally {
      deadline[Symbol.dispose]();
      underWay.delete(id);
      thinking(id, false);
    }
  }

  return {
    async run(id, row, loaded) {
      const turn = await question(loaded, row);
      if (!turn) return void (await conversations.decide(id, (draft, context) => nothingToAsk(draft, context, row)));
      const answer = await ask(id, row, turn);
      if (closed && 'mayRetry' in answer) return;
      await conversations.decide(id, (draft, context) =>
        'mayRetry' in answer ? botFailed(draft, context, row, answer) : botAnswered(draft, context, row, answer),
      );
    },
    fence(id, { work }) {
      const turn = underWay.get(id);
      if (turn && !work.some((row) => row.id === turn.row)) turn.controller.abort(fenced);
    },
    close() {
      closed = true;
      for (const { controller } of underWay.values()) controller.abort();
    },
  };
}

/** A bot that ignores the signal is left alone. */
function withDeadline<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new BotFailure('the bot was late, or was no longer asked', { retry: true }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject);
  });
}
