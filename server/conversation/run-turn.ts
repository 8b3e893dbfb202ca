import { BotFailure, type Answer, type Bot, type Turn } from '../bots/bot.ts';
import type { After } from '../clock.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Store, Work } from '../stores/store.ts';
import { questionOf } from './bot-question.ts';
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
  /** What people at the desk call the visitor. */
  nameOf(visitor: string): string;
  /** Whether nobody can take over there. */
  isAlone(site: string): boolean;
  /** The bot begins or ends to think. Shown, never stored. */
  thinking(id: string, on: boolean): void;
  after: After;
  log: Log;
}

/** What a bot may have kept between two turns, in characters of JSON. */
const longestContext = 65_536;
/** Why a bot is not listened to any more, where it is not to blame. */
const fenced = 'somebody else answers';

export function createTurnRunner(parts: Parts): TurnRunner {
  const { conversations, store, botOf, botDeadlineMs, nameOf, isAlone, thinking, after, log } = parts;
  const underWay = new Map<string, { controller: AbortController; row: string }>();
  let closed = false;

  /** @returns for no answer, or none in time, or one that is not listened to any more: whether asking again may help */
  async function ask(id: string, row: Work, turn: Turn): Promise<Answer | { mayRetry: boolean }> {
    const controller = new AbortController();
    const deadline = after(turn.deadlineMs, () => controller.abort());
    underWay.set(id, { controller, row: row.id });
    // An event may be answered with nothing: nobody is told that words are coming.
    const isAsked = turn.event === null;
    if (isAsked) thinking(id, true);
    try {
      const answer = await withDeadline(botOf(turn.site).reply(turn, controller.signal), controller.signal);
      if (isAsked && answer.messages.length === 0 && !answer.handoff)
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
      if (isAsked) thinking(id, false);
    }
  }

  return {
    async run(id, row, loaded) {
      const { site } = loaded.conversation;
      const known = {
        store,
        wants: botOf(site).wants,
        deadlineMs: botDeadlineMs(site),
        isAlone: isAlone(site),
        nameOf,
      };
      const turn = await questionOf(loaded.conversation, row, known);
      if (!turn) return void (await conversations.decide(id, (draft, context) => nothingToAsk(draft, context, row)));
      const answer = await ask(id, row, turn);
      if (closed && 'mayRetry' in answer) return;
      const mistakes = await conversations.decide(id, (draft, context) =>
        'mayRetry' in answer ? botFailed(draft, context, row, answer) : botAnswered(draft, context, row, answer),
      );
      for (const { code, name = '' } of mistakes ?? []) {
        const named = isName(name) ? { name } : {};
        const what = { bot: botOf(site).name, code, ...named, conversation: shortName(id) };
        log.warn(what, 'part of what the bot answered came to nothing; it is told with the next turn');
      }
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

/** A name and no sentence, which may hold what the visitor wrote. */
const isName = (name: string): boolean => /^[\w.-]{1,64}$/.test(name);

/** A bot that ignores the signal is left alone. */
function withDeadline<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new BotFailure('the bot was late, or was no longer asked', { retry: true }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject);
  });
}
