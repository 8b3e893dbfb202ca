import { BoundedMap } from '../bounded-map.ts';
import { changesOwnership, type Desk, type DeskOp, type DeskRef, type Outcome } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Store, Work } from '../stores/store.ts';
import type { Conversations } from './conversations.ts';
import { deskAnswered } from './desk-answers.ts';
import { endThread } from './desk-threads.ts';
import type { Loaded } from './draft.ts';
import { stepTask } from './step-task.ts';

/*
 * One step for the desk: saved as sent before it is sent, then done or, where that is in doubt, reconciled; what became
 * of it is a decision of the conversation.
 */

export interface StepRunner {
  run(id: string, row: Work, loaded: Loaded): Promise<void>;
  /**
   * Grows whenever a step that changes who has a thread of this conversation leaves or is answered: a reading during
   * which it grew says nothing of that.
   */
  ownershipChanges(id: string): number;
  /** The desk answers: what waits only because it did not is sent now, and not when its turn to wait is over. */
  retryUnanswered(): void;
}

interface Parts {
  conversations: Conversations;
  store: Pick<Store, 'message'>;
  deskOf(site: string): Desk;
  nameOf(visitor: string): string;
  /** A request to the desk begins (false: not answered yet), or the desk has answered it (true). */
  reached(id: string, isReached: boolean): void;
  now(): number;
  log: Log;
}

/** A desk that can be read and not be written to is not asked at each of its signs of life: at most this often. */
const retryEveryMs = 5_000;
/** Conversations whose changes of ownership are remembered. */
const mostChanged = 10_000;

export function createStepRunner({ conversations, store, deskOf, nameOf, reached, now, log }: Parts): StepRunner {
  const changed = new BoundedMap<string, number>(mostChanged);
  let changes = 0;
  /** Conversations for which the desk did not answer. */
  const unanswered = new Set<string>();
  let retriedAt = -Infinity;
  /** What the desk refused since the start. */
  let refusals = 0;

  const noteChange = (id: string) => changed.set(id, (changes += 1));

  async function run(id: string, row: Work, loaded: Loaded): Promise<void> {
    if (row.task.lane !== 'desk') return;
    const { op, round } = row.task;
    const thread = loaded.threads.find((one) => one.round === round);
    const task = thread && (await stepTask(store, nameOf, loaded, row, thread));
    if (!task) return void (await conversations.decide(id, (draft) => draft.drop((one) => one.id === row.id)));
    const desk = deskOf(loaded.conversation.site);
    if (changesOwnership(op)) noteChange(id);
    const isNew = row.status === 'ready';
    // Taken back since it was loaded: a step that is not wanted any more, or a word that goes elsewhere.
    if (!(await saveAsSent(id, row))) return;
    // Until it is answered nobody knows: a desk that hangs counts from the beginning.
    if (isNew) reached(id, false);
    const outcome = await (isNew ? desk.perform(task) : desk.reconcile(task));
    if (changesOwnership(op)) noteChange(id);
    logOutcome(id, op, thread.ref, outcome);
    // A desk that said when to come back is not asked sooner.
    const isAway = outcome.result === 'unsent' ? outcome.retryAfterMs === undefined : outcome.result === 'unknown';
    if (isAway) unanswered.add(id);
    if (outcome.result === 'done' || outcome.result === 'refused') reached(id, true);
    if (outcome.result === 'refused' && outcome.gone) return confirmGone(id, round, row);
    await conversations.decide(id, (draft, context) =>
      deskAnswered(draft, context, row, outcome, task.message?.author.kind),
    );
  }

  /** @returns whether it is still to be done */
  async function saveAsSent(id: string, row: Work): Promise<boolean | undefined> {
    const sending = row.status === 'ready' ? { status: 'sending' as const, sentAt: now() } : {};
    return conversations.decide(id, (draft) => {
      draft.change(row.id, { attempts: row.attempts + 1, ...sending });
      return draft.work.some((one) => one.id === row.id);
    });
  }

  /** That the desk is away is said once, by the desk, and not for each step that waits for it. */
  function logOutcome(id: string, op: DeskOp, ref: DeskRef | null, outcome: Outcome) {
    const where = { conversation: shortName(id), desk: ref?.['number'] };
    if (outcome.result === 'done' && outcome.note !== undefined)
      log.warn({ ...where, step: op.step, why: outcome.note }, 'a step at the desk changed nothing');
    if (outcome.result !== 'unknown' && outcome.result !== 'refused') return;
    const isRefused = outcome.result === 'refused';
    if (isRefused) refusals += 1;
    const what = { step: op.step, result: outcome.result, why: outcome.why };
    log[isRefused ? 'error' : 'warn'](
      { ...where, ...what, ...(isRefused ? { refusals } : {}) },
      'the desk did not take something',
    );
  }

  /** A 404 may be the proxy's: only the desk's own word ends a thread. */
  async function confirmGone(id: string, round: number, row: Work): Promise<void> {
    const loaded = await conversations.load(id);
    const thread = loaded?.threads.find((one) => one.round === round);
    if (!loaded || !thread) return;
    const reading = await deskOf(loaded.conversation.site).read(thread, new Set());
    await conversations.decide(id, (draft, context) => {
      if (reading.result === 'gone') return endThread(draft, context, round);
      const why = reading.result === 'away' ? reading.why : 'the thread was not there, and is';
      deskAnswered(draft, context, row, { result: 'unsent', why });
    });
  }

  return {
    run,
    ownershipChanges: (id) => changed.get(id) ?? 0,
    retryUnanswered() {
      if (now() - retriedAt < retryEveryMs) return;
      retriedAt = now();
      for (const id of unanswered) {
        const decided = conversations.decide(id, (draft) => {
          const row = draft.work.find(({ task }) => task.lane === 'desk');
          if (row && row.status !== 'sending' && row.notBefore > draft.at)
            draft.change(row.id, { notBefore: draft.at });
        });
        decided.catch((error: unknown) =>
          log.warn({ err: error, conversation: shortName(id) }, 'what is left to do in a conversation waits'),
        );
      }
      unanswered.clear();
    },
  };
}
