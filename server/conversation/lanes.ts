import { BotFailure, type Answer, type Bot, type Turn } from '../bots/bot.ts';
import { changesHands, type Desk, type DeskTask, type Outcome } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Store, Task, Work } from '../stores/store.ts';
import { botAnswered, botFailed, deskAnswered, threadOver, timeCame, type Context } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Draft, Loaded } from './draft.ts';
import { quoted } from './transcript.ts';

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
  /** Grows whenever something of ours that changes who has a thread leaves or comes back. */
  hands(id: string): number;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Parts {
  conversations(): Conversations;
  store: Store;
  deskOf(site: string): Desk;
  botOf(site: string): Bot;
  botDeadlineMs(site: string): number;
  nameOf(visitor: string): string;
  /** The bot begins or ends to think. Shown, never stored. */
  thinking(id: string, on: boolean): void;
  now(): number;
  log: Log;
}

type Lane = Task['lane'];

export function createLanes(parts: Parts): Lanes {
  const { store, deskOf, botOf, botDeadlineMs, nameOf, thinking, now, log } = parts;
  const running = new Map<string, Promise<void>>();
  const alarms = new Map<string, NodeJS.Timeout>();
  const asked = new Map<string, { controller: AbortController; epoch: number }>();
  const moved = new Map<string, number>();
  let closed = false;

  const decide = (id: string, decision: (draft: Draft, context: Context) => void) =>
    parts.conversations().decide(id, decision);

  function look(id: string, loaded: Loaded) {
    const turn = asked.get(id);
    if (turn && turn.epoch !== loaded.conversation.state.handoff.epoch) turn.controller.abort();
    if (closed) return;
    clearTimeout(alarms.get(id));
    alarms.delete(id);
    const at = now();
    let earliest = Infinity;
    for (const row of [first(loaded, 'desk'), first(loaded, 'bot'), ...timers(loaded)]) {
      if (!row || running.has(slot(id, row))) continue;
      if (row.notBefore <= at) start(id, row, loaded);
      else earliest = Math.min(earliest, row.notBefore);
    }
    if (earliest < Infinity) {
      const alarm = setTimeout(() => void again(id), Math.min(earliest - at, 2 ** 30));
      alarm.unref();
      alarms.set(id, alarm);
    }
  }

  async function again(id: string) {
    if (closed) return;
    const loaded = await parts.conversations().look(id);
    if (loaded) look(id, loaded);
  }

  function start(id: string, row: Work, loaded: Loaded) {
    const { lane } = row.task;
    const job = lane === 'desk' ? toDesk(id, row, loaded) : lane === 'bot' ? toBot(id, row, loaded) : ring(id, row);
    const done = job
      .catch((error: unknown) => log.error({ err: error, lane }, 'work could not be carried on; it is tried again'))
      .then(async () => {
        running.delete(slot(id, row));
        await again(id);
      })
      .catch((error: unknown) => log.error({ err: error }, 'a conversation could not be read'));
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
    const passing = changesHands.has(op.step);
    if (passing) touch(id);
    let outcome: Outcome;
    if (row.status === 'ready') {
      const sentAt = now();
      await decide(id, (draft) => draft.change(row.id, { status: 'sending', attempts: row.attempts + 1, sentAt }));
      outcome = await desk.perform({ ...task, sentAt: row.sentAt });
    } else {
      await decide(id, (draft) => draft.change(row.id, { attempts: row.attempts + 1 }));
      outcome = await desk.settle(task);
    }
    if (passing) touch(id);
    if (outcome.result !== 'done') {
      const level = outcome.result === 'refused' ? 'error' : 'warn';
      log[level]({ step: op.step, result: outcome.result, why: outcome.why }, 'the desk did not take something');
    }
    if (outcome.result === 'refused' && outcome.gone) return confirmGone(id, round, row, outcome);
    await decide(id, (draft, context) => deskAnswered(draft, context, row, outcome));
  }

  /** A 404 may be the proxy's: only the desk's own word ends a thread. */
  async function confirmGone(id: string, round: number, row: Work, outcome: Outcome) {
    const loaded = await parts.conversations().look(id);
    const thread = loaded?.threads.find((one) => one.round === round);
    if (!loaded || !thread) return;
    const reading = await deskOf(loaded.conversation.site).read(thread, new Set());
    await decide(id, (draft, context) => {
      if (reading.result === 'gone') threadOver(draft, context, round);
      else if (reading.result === 'away') deskAnswered(draft, context, row, { result: 'unsent', why: reading.why });
      else deskAnswered(draft, context, row, outcome);
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
    if (op.step === 'say') {
      const message = await store.message(id, op.message);
      if (!message || message.deleted) return undefined;
      const { author, text, choices, at } = message;
      // A choice that the visitor pressed is told by its title, which is the text.
      task.message = { author, text, at, ...(choices && author.kind === 'bot' ? { choices } : {}) };
    } else if (op.step === 'note') {
      const note = state.notes[op.note];
      if (!note) return undefined;
      const quote = note.quote ? await store.message(id, note.quote) : undefined;
      task.note = note.text + (quote && !quote.deleted && quote.text ? quoted(quote.text) : '');
    }
    return task;
  }

  async function toBot(id: string, row: Work, loaded: Loaded) {
    if (row.task.lane !== 'bot') return;
    const { turn, epoch, messages } = row.task;
    const { site, state } = loaded.conversation;
    const said = await Promise.all(messages.map((message) => store.message(id, message)));
    const words = said.flatMap((message) => (message && !message.deleted ? [message] : []));
    if (words.length === 0) return void (await decide(id, (draft) => draft.drop((one) => one.id === row.id)));
    const controller = new AbortController();
    const deadlineMs = botDeadlineMs(site);
    const late = setTimeout(() => controller.abort(), deadlineMs);
    asked.set(id, { controller, epoch });
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
      text: words.map((message) => message.text).join('\n'),
      choice: (words.length === 1 && last?.choices?.[0]) || null,
      at: last?.at ?? now(),
      context: state.bot.context,
      skills: state.bot.skills,
    };
    let answer: Answer | undefined;
    try {
      answer = await withDeadline(botOf(site).reply(question, controller.signal), controller.signal);
      if (answer.messages.length === 0 && !answer.handoff) throw new BotFailure('the bot said nothing');
    } catch (error) {
      answer = undefined;
      if (!closed) log.warn({ err: error, attempt: row.attempts + 1 }, 'the bot had no answer');
    } finally {
      clearTimeout(late);
      asked.delete(id);
      thinking(id, false);
    }
    if (closed && !answer) return;
    await decide(id, (draft, context) =>
      answer ? botAnswered(draft, context, row, answer) : botFailed(draft, context, row),
    );
  }

  async function ring(id: string, row: Work) {
    await decide(id, (draft, context) => timeCame(draft, context, row));
  }

  function touch(id: string) {
    moved.set(id, (moved.get(id) ?? 0) + 1);
  }

  return {
    look,
    hands: (id) => moved.get(id) ?? 0,
    async resume() {
      for (const id of await store.withWork()) {
        // A request that was under way when the process ended may have arrived: it is looked up before it is repeated.
        await decide(id, (draft) => {
          for (const row of draft.work) if (row.status === 'sending') draft.change(row.id, { status: 'unknown' });
        });
        await again(id);
      }
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const alarm of alarms.values()) clearTimeout(alarm);
      for (const { controller } of asked.values()) controller.abort();
      await Promise.allSettled(running.values());
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
