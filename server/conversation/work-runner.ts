import { BoundedMap } from '../bounded-map.ts';
import { BotFailure, type Answer, type Bot, type Turn } from '../bots/bot.ts';
import type { After } from '../clock.ts';
import { changesOwnership, type Desk, type DeskTask, type Outcome } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Store, Task, Work } from '../stores/store.ts';
import type { Context } from './context.ts';
import { botAnswered, botFailed, nothingToAsk, timerDue } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import { deskAnswered } from './desk-answers.ts';
import { endThread } from './desk-threads.ts';
import type { Draft, Loaded } from './draft.ts';
import { quoted, summed } from './transcript.ts';

/*
 * Carries out what decisions have put down as work: requests to the desk one after the other, questions to the bot one
 * at a time, timers when they are due. Everything is a row before it is done and until it is known to be done, so a
 * process may end anywhere: the next one goes on with the rows.
 */

export interface Lanes {
  /** Begins what is due; called after each commit. */
  look(id: string, loaded: Loaded): void;
  /** Takes up what an earlier process left. */
  resume(): Promise<void>;
  /** Changes whenever something of ours that changes who has a thread leaves or comes back. */
  hands(id: string): number;
  /** The desk answers: what waits for it only because it did not goes now, and not when its turn to wait is over. */
  hurry(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Parts {
  conversations(): Conversations;
  store: Store;
  deskOf(site: string): Desk;
  botOf(site: string): Bot;
  botDeadlineMs(site: string): number;
  nameOf(visitor: string): string;
  /** What the log calls a conversation. */
  shortName(id: string): string;
  /** A request to the desk begins (false: not answered yet), or the desk has answered it (true). */
  reached(id: string, isReached: boolean): void;
  /** The bot begins or ends to think. Shown, never stored. */
  thinking(id: string, on: boolean): void;
  now(): number;
  after: After;
  log: Log;
}

type Lane = Task['lane'];

/** What a bot is asked at once, after a long time with nobody: the newest messages, and characters. */
const mostInATurn = 20;
const longestTurn = 32_000;
/** What a bot may have kept between two turns, in characters of JSON. */
const longestContext = 65_536;

/** What waits because the desk did not answer is hurried this seldom, in milliseconds. */
const hurryEveryMs = 5_000;
/** Where nothing can be kept or read (a full disk), a lane stands still for this long. */
const pauseMs = 2_000;
/** What is under way at the end is waited for this long; then its row says that it was sent, and it is looked up. */
const closingMs = 1_000;
/** Why a bot is not listened to any more, where it is not to blame. */
const fence = 'somebody else answers';
/** Conversations whose moving hands are remembered. */
const mostMoved = 10_000;

export function createLanes(parts: Parts): Lanes {
  const { store, deskOf, botOf, botDeadlineMs, nameOf, shortName, thinking, reached } = parts;
  const { now, after, log } = parts;
  const running = new Map<string, Promise<void>>();
  const alarms = new Map<string, Disposable>();
  const asked = new Map<string, { controller: AbortController; row: string }>();
  const moved = new BoundedMap<string, number>(mostMoved);
  /** Where the desk did not answer; told when it does. */
  const unanswered = new Set<string>();
  let moves = 0;
  let hurriedAt = -Infinity;
  /** What the desk refused since the start. */
  let refusals = 0;
  let closed = false;

  const decide = <R>(id: string, decision: (draft: Draft, context: Context) => R) =>
    parts.conversations().decide(id, decision);

  function look(id: string, loaded: Loaded) {
    const turn = asked.get(id);
    if (turn && !loaded.work.some(({ id }) => id === turn.row)) turn.controller.abort(fence);
    if (closed) return;
    rouse(id, undefined);
    const at = now();
    let earliest = Infinity;
    for (const row of [first(loaded, 'desk'), first(loaded, 'bot'), ...timers(loaded)]) {
      if (!row || running.has(slot(id, row))) continue;
      if (row.notBefore <= at) start(id, row, loaded);
      else earliest = Math.min(earliest, row.notBefore);
    }
    if (earliest < Infinity) rouse(id, earliest - at);
  }

  /** One alarm a conversation: the earliest. */
  function rouse(id: string, ms: number | undefined) {
    alarms.get(id)?.[Symbol.dispose]();
    alarms.delete(id);
    if (ms !== undefined)
      alarms.set(
        id,
        after(ms, () => void again(id)),
      );
  }

  async function again(id: string) {
    if (closed) return;
    try {
      const loaded = await parts.conversations().look(id);
      if (loaded) look(id, loaded);
    } catch (error) {
      log.error({ err: error, conversation: shortName(id) }, 'a conversation could not be read; it is tried again');
      if (!closed) rouse(id, pauseMs);
    }
  }

  function start(id: string, row: Work, loaded: Loaded) {
    const { lane } = row.task;
    const job = lane === 'desk' ? toDesk(id, row, loaded) : lane === 'bot' ? toBot(id, row, loaded) : ring(id, row);
    const done = job.then(
      () => {
        running.delete(slot(id, row));
        return again(id);
      },
      (error: unknown) => {
        if (closed) return;
        log.error({ err: error, lane, conversation: shortName(id) }, 'work could not be carried on; it is tried again');
        // The slot stays taken meanwhile: whatever else is decided begins it no sooner.
        after(pauseMs, () => {
          running.delete(slot(id, row));
          void again(id);
        });
      },
    );
    running.set(slot(id, row), done);
  }

  async function toDesk(id: string, row: Work, loaded: Loaded) {
    if (row.task.lane !== 'desk') return;
    const { op, round } = row.task;
    const thread = loaded.threads.find((one) => one.round === round);
    const task = thread && (await describe(loaded, row, thread));
    // What it points at is gone: there is nothing to say any more.
    if (!task) return void (await decide(id, (draft) => draft.drop((one) => one.id === row.id)));
    const desk = deskOf(loaded.conversation.site);
    const passing = changesOwnership(op);
    if (passing) touch(id);
    const isNew = row.status === 'ready';
    const sentAt = now();
    const still = await decide(id, (draft) => {
      draft.change(row.id, { attempts: row.attempts + 1, ...(isNew ? { status: 'sending', sentAt } : {}) });
      return draft.work.some((one) => one.id === row.id);
    });
    // Taken back since it was looked at: a step that is not wanted any more, or a word that goes elsewhere.
    if (!still) return;
    // Until it is answered nobody knows: a desk that hangs counts from the beginning.
    if (isNew) reached(id, false);
    const outcome: Outcome = await (isNew ? desk.perform(task) : desk.reconcile(task));
    if (passing) touch(id);
    // That the desk is away is said once, by the desk, and not for each that waits for it.
    if (outcome.result === 'unknown' || outcome.result === 'refused') {
      const level = outcome.result === 'refused' ? 'error' : 'warn';
      if (outcome.result === 'refused') refusals += 1;
      const where = { conversation: shortName(id), desk: thread.ref?.['number'] };
      const what = { step: op.step, result: outcome.result, why: outcome.why };
      log[level](
        { ...where, ...what, ...(outcome.result === 'refused' ? { refusals } : {}) },
        'the desk did not take something',
      );
    }
    // A desk that said when to come back is not asked sooner.
    const isAway = outcome.result === 'unsent' ? outcome.retryAfterMs === undefined : outcome.result === 'unknown';
    if (isAway) unanswered.add(id);
    if (outcome.result === 'done' || outcome.result === 'refused') reached(id, true);
    if (outcome.result === 'refused' && outcome.gone) return confirmGone(id, round, row);
    await decide(id, (draft, context) => deskAnswered(draft, context, row, outcome, task.message?.author.kind));
  }

  /** A 404 may be the proxy's: only the desk's own word ends a thread. */
  async function confirmGone(id: string, round: number, row: Work) {
    const loaded = await parts.conversations().look(id);
    const thread = loaded?.threads.find((one) => one.round === round);
    if (!loaded || !thread) return;
    const reading = await deskOf(loaded.conversation.site).read(thread, new Set());
    await decide(id, (draft, context) => {
      if (reading.result === 'gone') endThread(draft, context, round);
      else {
        const why = reading.result === 'away' ? reading.why : 'the thread was not there, and is';
        deskAnswered(draft, context, row, { result: 'unsent', why });
      }
    });
  }

  async function describe(loaded: Loaded, row: Work, thread: Loaded['threads'][number]): Promise<DeskTask | undefined> {
    if (row.task.lane !== 'desk') return undefined;
    const { op } = row.task;
    const { id, visitor, state } = loaded.conversation;
    const task: DeskTask = {
      op,
      thread,
      visitor: { id: visitor, name: nameOf(visitor), language: state.language, page: state.page },
      sentAt: row.sentAt,
    };
    if (op.kind === 'say') {
      const message = await store.message(id, op.message);
      if (!message || message.deleted) return undefined;
      const { author, text, choices, at } = message;
      if (row.task.round === state.round && !state.hasWords) task.isFirst = true;
      // A choice that the visitor pressed is told by its title, which is the text.
      task.message = { author, text, at, ...(choices && author.kind === 'bot' ? { choices } : {}) };
    } else if (op.kind === 'note') {
      const note = state.notes[op.note];
      if (!note) return undefined;
      const quote = note.quote ? await store.message(id, note.quote) : undefined;
      task.note =
        note.text +
        (note.told ?? '') +
        (quote && !quote.deleted && quote.text ? quoted(quote.text) : '') +
        (note.summary ? summed(note.summary) : '');
    }
    return task;
  }

  async function toBot(id: string, row: Work, loaded: Loaded) {
    if (row.task.lane !== 'bot') return;
    const { turn, epoch, messages } = row.task;
    const { site, state } = loaded.conversation;
    const said = await Promise.all(messages.map((message) => store.message(id, message)));
    const words = said.flatMap((message) => (message && !message.deleted ? [message] : [])).slice(-mostInATurn);
    if (words.length === 0) return void (await decide(id, (draft, context) => nothingToAsk(draft, context, row)));
    const controller = new AbortController();
    const deadlineMs = botDeadlineMs(site);
    const late = after(deadlineMs, () => controller.abort());
    asked.set(id, { controller, row: row.id });
    thinking(id, true);
    const last = words.at(-1);
    const question: Turn = {
      id: turn,
      epoch,
      deadlineMs,
      conversation: id,
      site,
      session: { id: state.bot.session, seq: state.bot.turns + 1 },
      language: state.language,
      page: state.page,
      text: words
        .map((message) => message.text)
        .join('\n')
        .slice(-longestTurn),
      choice: (words.length === 1 && last?.choices?.[0]) || null,
      at: last?.at ?? now(),
      context: state.bot.context,
      skills: state.bot.skills,
    };
    let answer: Answer | undefined;
    try {
      answer = await withDeadline(botOf(site).reply(question, controller.signal), controller.signal);
      if (answer.messages.length === 0 && !answer.handoff) throw new BotFailure('the bot said nothing');
      if (JSON.stringify(answer.context).length > longestContext) throw new BotFailure('the bot keeps too much');
    } catch (error) {
      answer = undefined;
      const fenced = controller.signal.reason === fence;
      if (!closed && !fenced)
        log.warn({ err: error, attempt: row.attempts + 1, conversation: shortName(id) }, 'the bot had no answer');
    } finally {
      late[Symbol.dispose]();
      asked.delete(id);
      thinking(id, false);
    }
    if (closed && !answer) return;
    await decide(id, (draft, context) =>
      answer ? botAnswered(draft, context, row, answer) : botFailed(draft, context, row),
    );
  }

  async function isWordless(id: string): Promise<boolean> {
    const { conversation, threads } = (await parts.conversations().look(id)) ?? {};
    if (!conversation || conversation.state.hasWords) return false;
    return threads?.some(({ round, ref }) => round === conversation.state.round && ref !== null) ?? false;
  }

  async function ring(id: string, row: Work) {
    await decide(id, (draft, context) => timerDue(draft, context, row));
  }

  function touch(id: string) {
    moves += 1;
    moved.set(id, moves);
  }

  return {
    look,
    hands: (id) => moved.get(id) ?? 0,
    hurry() {
      // A desk that can be read and not be written to is not asked at each of its signs of life.
      if (now() - hurriedAt < hurryEveryMs) return;
      hurriedAt = now();
      for (const id of unanswered) {
        const now = decide(id, (draft) => {
          const row = draft.work.find(({ task }) => task.lane === 'desk');
          if (row && row.status !== 'sending' && row.notBefore > draft.at)
            draft.change(row.id, { notBefore: draft.at });
        });
        now.catch((error: unknown) =>
          log.warn({ err: error, conversation: shortName(id) }, 'what is left to do in a conversation waits'),
        );
      }
      unanswered.clear();
    },
    async resume() {
      const ids = await store.withWork();
      // A thread that was made and has no word yet comes first: the desk's search fails where it finds one.
      const wordless: string[] = [];
      for (const id of ids) if (await isWordless(id)) wordless.push(id);
      for (const id of new Set([...wordless, ...ids])) {
        try {
          await decide(id, () => {});
        } catch (error) {
          log.warn({ err: error, conversation: shortName(id) }, 'what is left to do in a conversation waits');
          continue;
        }
        await again(id);
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const alarm of alarms.values()) alarm[Symbol.dispose]();
      for (const { controller } of asked.values()) controller.abort();
      await new Promise<void>((resolve) => {
        const enough = after(closingMs, resolve);
        void Promise.allSettled(running.values()).then(() => {
          enough[Symbol.dispose]();
          resolve();
        });
      });
    },
  };
}

/** A lane is a queue: its first row goes, and the rest wait for it. */
function first({ work }: Loaded, lane: Lane): Work | undefined {
  return work.find((row) => row.task.lane === lane);
}

function timers({ work }: Loaded): Work[] {
  return work.filter((row) => row.task.lane === 'timer');
}

/** What may run only once at a time. */
function slot(id: string, row: Work): string {
  return row.task.lane === 'timer' ? `${id} ${row.id}` : `${id} ${row.task.lane}`;
}

/** A bot that ignores the signal is left alone. */
function withDeadline<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new BotFailure('the bot was late, or was no longer asked'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject);
  });
}
