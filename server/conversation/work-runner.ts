import type { After } from '../clock.ts';
import type { Log } from '../log.ts';
import { LeaseLost } from '../nodes/leases.ts';
import { shortName } from '../short-name.ts';
import type { Store, Task } from '../stores/store.ts';
import { timerDue } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import { nextForDesk } from './desk-steps.ts';
import type { Loaded } from './draft.ts';
import type { StepRunner } from './run-step.ts';
import type { TurnRunner } from './run-turn.ts';

/*
 * Carries out what decisions have put down as rows of work: steps for the desk one after the other, turns of the bot one
 * at a time, timers when they are due. Everything is a row before it is done and until it is known to be done, so a
 * process may end anywhere: the next one goes on with the rows.
 */

export interface WorkRunner extends AsyncDisposable {
  /** Starts what is due, and sets an alarm for the rest; called after each commit. */
  startDue(id: string, loaded: Loaded): void;
  /**
   * Starts what an earlier process or another node left, or what no news told of.
   * @param since in conversations that were changed then or since, milliseconds since 1970; else in all
   */
  resume(since?: number): Promise<void>;
  /** Whether anything of it is under way, or waits for its time. */
  isAtWork(id: string): boolean;
  /** Whether only the desk is being told something: what there is to do is looked at when that has ended. */
  isTelling(id: string): boolean;
  /**
   * Begins nothing more in these conversations.
   * @returns resolves once nothing of them is under way any more
   */
  leave(which: (id: string) => boolean): Promise<void>;
}

interface Parts {
  /** Each decision is made under the lease of its conversation's work. */
  conversations: Conversations;
  /** Whether work of this conversation may be begun here: other nodes carry out that of others. */
  mayBegin(id: string): boolean;
  store: Pick<Store, 'withWork'>;
  steps: StepRunner;
  turns: TurnRunner;
  now(): number;
  after: After;
  log: Log;
}

interface Job {
  /** What may run only once at a time: a lane is a kind of work, and a queue. */
  slot: string;
  lane: Task['lane'];
  /** Milliseconds since 1970. */
  notBefore: number;
  run(): Promise<void>;
}

/** Where nothing can be kept or read (a full disk), a lane stands still for this long, in milliseconds. */
const pauseMs = 2_000;
/** What is under way at the end is waited for this long; then its row says that it was sent, and it is reconciled. */
const closingMs = 1_000;

export function createWorkRunner({ conversations, mayBegin, store, steps, turns, now, after, log }: Parts): WorkRunner {
  /** By slot. */
  const running = new Map<string, { id: string; done: Promise<void> }>();
  const alarms = new Map<string, Disposable>();
  let closed = false;

  function startDue(id: string, loaded: Loaded) {
    turns.fence(id, loaded);
    if (closed || !mayBegin(id)) return;
    setAlarm(id, undefined);
    const at = now();
    let earliest = Infinity;
    for (const job of jobs(id, loaded)) {
      if (running.has(job.slot)) continue;
      if (job.notBefore <= at) start(id, job);
      else earliest = Math.min(earliest, job.notBefore);
    }
    if (earliest < Infinity) setAlarm(id, earliest - at);
  }

  /** One alarm a conversation: the earliest. */
  function setAlarm(id: string, ms: number | undefined) {
    alarms.get(id)?.[Symbol.dispose]();
    alarms.delete(id);
    if (ms !== undefined)
      alarms.set(
        id,
        after(ms, () => void loadAndStart(id)),
      );
  }

  async function loadAndStart(id: string) {
    if (closed || !mayBegin(id)) return;
    try {
      const loaded = await conversations.load(id);
      if (loaded) startDue(id, loaded);
    } catch (error) {
      log.error({ err: error, conversation: shortName(id) }, 'a conversation could not be read; it is tried again');
      if (!closed) setAlarm(id, pauseMs);
    }
  }

  /** What is to be done in a conversation: the first of each lane, and all timers, which wait for nothing but their time. */
  function* jobs(id: string, loaded: Loaded): Generator<Job> {
    const desk = nextForDesk(loaded);
    if (desk && 'word' in desk) {
      const { telling } = loaded.conversation.marks;
      yield { slot: `${id} desk`, lane: 'desk', notBefore: telling?.notBefore ?? 0, run: () => steps.tellWords(id) };
    } else if (desk) {
      const { step } = desk;
      const { notBefore } = step;
      yield { slot: `${id} desk`, lane: 'desk', notBefore, run: () => steps.runStep(id, step, loaded) };
    }
    let isBotBusy = false;
    for (const row of loaded.work) {
      const { lane } = row.task;
      const { notBefore } = row;
      if (lane === 'timer') {
        const due = () => conversations.decide(id, (draft, context) => timerDue(draft, context, row));
        yield { slot: `${id} ${row.id}`, lane, notBefore, run: due };
      } else if (lane === 'bot' && !isBotBusy) {
        isBotBusy = true;
        yield { slot: `${id} bot`, lane, notBefore, run: () => turns.run(id, row, loaded) };
      }
    }
  }

  function start(id: string, { slot, lane, run }: Job) {
    const done = run().then(
      () => {
        running.delete(slot);
        return loadAndStart(id);
      },
      (error: unknown) => {
        if (closed) return;
        if (error instanceof LeaseLost) {
          running.delete(slot);
          // It may have been lost for a moment only.
          setAlarm(id, pauseMs);
          return;
        }
        const where = { lane, conversation: shortName(id) };
        log.error({ err: error, ...where }, 'work could not be carried on; it is tried again');
        // The slot stays taken meanwhile: whatever else is decided begins it no sooner.
        after(pauseMs, () => {
          running.delete(slot);
          void loadAndStart(id);
        });
      },
    );
    running.set(slot, { id, done });
  }

  return {
    startDue,
    async resume(since) {
      const ids = (await store.withWork(since)).filter(mayBegin);
      // A thread that was made and has no word yet comes first: the desk's search fails where it finds one.
      const wordless: string[] = [];
      for (const id of ids) if (isWordless(await conversations.load(id))) wordless.push(id);
      for (const id of new Set([...wordless, ...ids])) {
        try {
          await conversations.decide(id, () => {});
        } catch (error) {
          log.warn({ err: error, conversation: shortName(id) }, 'what is left to do in a conversation waits');
          continue;
        }
        await loadAndStart(id);
      }
    },
    isAtWork: (id) => alarms.has(id) || running.has(`${id} desk`) || running.has(`${id} bot`),
    isTelling: (id) => running.has(`${id} desk`) && !running.has(`${id} bot`),
    async leave(which) {
      for (const id of [...alarms.keys()]) if (which(id)) setAlarm(id, undefined);
      await Promise.allSettled([...running.values()].flatMap(({ id, done }) => (which(id) ? [done] : [])));
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      for (const alarm of alarms.values()) alarm[Symbol.dispose]();
      turns.close();
      steps.close();
      await new Promise<void>((resolve) => {
        const enough = after(closingMs, resolve);
        void Promise.allSettled([...running.values()].map(({ done }) => done)).then(() => {
          enough[Symbol.dispose]();
          resolve();
        });
      });
    },
  };
}

/** Its thread was made, and nothing of ours stands there yet. */
function isWordless(loaded: Loaded | undefined): boolean {
  const { conversation, threads } = loaded ?? {};
  if (!conversation || conversation.state.hasWords) return false;
  return threads?.some(({ round, ref }) => round === conversation.state.round && ref !== null) ?? false;
}
