import { sentByOlderCopy, type Desk, type DeskOp, type DeskRef, type DeskThread, type Outcome } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import { LeaseLost } from '../nodes/leases.ts';
import { shortName } from '../short-name.ts';
import type { Store, WaitingWord, Work } from '../stores/store.ts';
import type { Conversations } from './conversations.ts';
import { beginToTell, deskAnswered, wordAnswered } from './desk-answers.ts';
import { nextForDesk, roundOf } from './desk-steps.ts';
import { endThread } from './desk-threads.ts';
import type { Draft, Loaded } from './draft.ts';
import { sameThread } from './rounds.ts';
import { stepTask, wordTask } from './step-task.ts';

/*
 * Words and steps for the desk: saved as sent before it is sent, then done or, where that is in doubt, reconciled; what
 * became of it is a decision of the conversation. The commit that says that a word is there says that the next one is on
 * its way, so words go out as fast as the desk takes them.
 */

export interface StepRunner {
  runStep(id: string, row: Work, loaded: Loaded): Promise<void>;
  /** Tells the desk the words that wait, until a step comes first, or one of them has to wait. */
  tellWords(id: string): Promise<void>;
  /** The desk answers: what waits only because it did not is sent now, and not when its turn to wait is over. */
  retryUnanswered(): void;
  /** Begins nothing more. */
  close(): void;
}

interface Parts {
  /** Each decision is made under the lease of its conversation's work. */
  conversations: Conversations;
  /** Whether work may be begun under it. */
  mayBegin(id: string): boolean;
  /** @returns whether the lease is ours, and was all the time since this was asked for */
  claim(id: string): () => boolean;
  store: Pick<Store, 'message' | 'events'>;
  deskOf(site: string): Desk;
  nameOf(visitor: string): string;
  /** A request to the desk begins (false: not answered yet), or the desk has answered it (true). */
  reached(id: string, isReached: boolean): void;
  now(): number;
  log: Log;
}

/** A word that the commit before has marked as on its way. */
interface Begun {
  /** Whether the lease under which it was marked is still ours. */
  isOurs: () => boolean;
  word: WaitingWord;
  round: number;
  /** It goes out now; else it went out before, and is in doubt. */
  isNew: boolean;
  /** See `DeskTask`. */
  sentAt: number | null;
}

/** A desk that can be read and not be written to is not asked at each of its signs of life: at most this often. */
const retryEveryMs = 5_000;

export function createStepRunner(parts: Parts): StepRunner {
  const { conversations, mayBegin, claim, deskOf, reached, now } = parts;
  const log = createOutcomeLog(parts.log);
  /** Conversations for which the desk did not answer. */
  const unanswered = new Set<string>();
  let retriedAt = -Infinity;
  let closed = false;

  async function runStep(id: string, row: Work, loaded: Loaded): Promise<void> {
    if (row.task.lane !== 'desk') return;
    const { op, round } = row.task;
    const thread = loaded.threads.find((one) => one.round === round);
    const isOurs = claim(id);
    const task = thread && (await stepTask(parts, loaded, row, thread, isOurs));
    if (!task) return void (await conversations.decide(id, (draft) => draft.drop((one) => one.id === row.id)));
    const desk = deskOf(loaded.conversation.site);
    const isNew = row.status === 'ready';
    // Taken back since it was loaded: a step that is not wanted any more.
    if (!(await saveAsSent(id, row))) return;
    if (!isOurs()) throw new LeaseLost();
    // Until it is answered nobody knows: a desk that hangs counts from the beginning.
    if (isNew) reached(id, false);
    const outcome = await (isNew ? desk.perform(task) : desk.reconcile(task));
    noteOutcome(id, op, thread.ref, outcome);
    requireOurs(outcome, isOurs);
    const answered = (outcome: Outcome) =>
      conversations.decide(id, (draft, context) =>
        deskAnswered(draft, context, row, outcome, task.message?.author.kind),
      );
    if (outcome.result === 'refused' && outcome.gone) return confirmGone(id, thread, answered);
    await answered(outcome);
  }

  /** @returns whether it is still to be done */
  async function saveAsSent(id: string, row: Work): Promise<boolean | undefined> {
    const sending =
      row.status === 'ready' ? { status: 'sending' as const, sentAt: now() } : { status: 'unknown' as const };
    return conversations.decide(id, (draft) => {
      draft.change(row.id, { attempts: row.attempts + 1, ...sending });
      return draft.work.some((one) => one.id === row.id);
    });
  }

  /** Marks the next word as on its way, where it is its turn. */
  const beginNext =
    (isOurs: () => boolean) =>
    (draft: Draft): Begun | undefined => {
      const next = closed || !mayBegin(draft.id) ? undefined : nextForDesk(draft);
      if (!next || !('word' in next)) return undefined;
      const { word } = next;
      const round = roundOf(draft.threads, word)?.round;
      const telling = draft.marks.telling?.seq === word.seq ? draft.marks.telling : null;
      if (round === undefined || (telling && telling.notBefore > draft.at)) return undefined;
      const isNew = !telling || telling.status === 'ready';
      const now = beginToTell(draft, word);
      // One that was found at the start was never sent by this copy of the database.
      const before = telling?.sentAt ?? (word.seq <= draft.foundUpTo ? sentByOlderCopy : null);
      return { isOurs, word, round, isNew, sentAt: isNew ? before : now.sentAt };
    };

  async function tellWords(id: string): Promise<void> {
    let begun = await conversations.decide(id, beginNext(claim(id)));
    while (begun) begun = await tellWord(id, begun);
  }

  /** @returns the next one */
  async function tellWord(id: string, { isOurs, word, round, isNew, sentAt }: Begun): Promise<Begun | undefined> {
    const loaded = await conversations.load(id);
    const thread = loaded?.threads.find((one) => one.round === round);
    const task = loaded && thread && (await wordTask(parts, loaded, word, thread, { sentAt, mayLeave: isOurs }));
    if (!task) {
      const next = beginNext(claim(id));
      return conversations.decide(id, (draft) => {
        draft.told(word.id);
        return next(draft);
      });
    }
    const desk = deskOf(loaded.conversation.site);
    if (!isOurs()) throw new LeaseLost();
    if (isNew) reached(id, false);
    const outcome = await (isNew ? desk.perform(task) : desk.reconcile(task));
    noteOutcome(id, task.op, thread.ref, outcome);
    requireOurs(outcome, isOurs);
    const next = beginNext(claim(id));
    const answered = (outcome: Outcome) =>
      conversations.decide(id, (draft, context) => {
        // It may have been taken away meanwhile, and have begun anew.
        if (sameThread(draft.threads, thread)) wordAnswered(draft, context, { word, round, outcome, sentAt });
        return next(draft);
      });
    if (outcome.result === 'refused' && outcome.gone) return void (await confirmGone(id, thread, answered));
    return answered(outcome);
  }

  function noteOutcome(id: string, op: DeskOp, ref: DeskThread['ref'], outcome: Outcome) {
    log(id, op, ref, outcome);
    // A desk that said when to come back is not asked sooner.
    const isAway = outcome.result === 'unsent' ? outcome.retryAfterMs === undefined : outcome.result === 'unknown';
    if (isAway) unanswered.add(id);
    if (outcome.result === 'done' || outcome.result === 'refused') reached(id, true);
  }

  /** A 404 may be the proxy's: only the desk's own word ends a thread. */
  async function confirmGone(
    id: string,
    refused: DeskThread,
    answered: (outcome: Outcome) => Promise<unknown>,
  ): Promise<void> {
    const loaded = await conversations.load(id);
    const thread = loaded && sameThread(loaded.threads, refused);
    if (!thread) return;
    const reading = await deskOf(loaded.conversation.site).read(thread, new Set());
    if (reading.result === 'gone')
      return void (await conversations.decide(id, (draft, context) => {
        if (sameThread(draft.threads, thread)) endThread(draft, context, thread.round);
      }));
    const why = reading.result === 'away' ? reading.why : 'the thread was not there, and is';
    await answered({ result: 'unsent', why });
  }

  return {
    runStep,
    tellWords,
    retryUnanswered() {
      if (now() - retriedAt < retryEveryMs) return;
      retriedAt = now();
      for (const id of unanswered) {
        const decided = conversations.decide(id, hurry);
        decided.catch((error: unknown) =>
          parts.log.warn({ err: error, conversation: shortName(id) }, 'what is left to do in a conversation waits'),
        );
      }
      unanswered.clear();
    },
    close: () => void (closed = true),
  };
}

/**
 * That it did not leave says nothing where the lease was another node's in between: that one may have begun to send it. What
 * was heard of the desk counts, whoever asked.
 */
function requireOurs({ result }: Outcome, isOurs: () => boolean): void {
  if (result === 'unsent' && !isOurs()) throw new LeaseLost();
}

/** What waits for its time goes now. */
function hurry(draft: Draft): void {
  const next = nextForDesk(draft);
  const { telling } = draft.marks;
  const waits = next && ('step' in next ? next.step : telling);
  if (!waits || waits.status === 'sending' || waits.notBefore <= draft.at) return;
  if ('step' in next) draft.change(next.step.id, { notBefore: draft.at });
  else if (telling) draft.tell({ ...telling, notBefore: draft.at });
}

/** That the desk is away is said once, by the desk, and not for each step that waits for it. */
function createOutcomeLog(log: Log) {
  /** What the desk refused since the start. */
  let refusals = 0;
  return (id: string, op: DeskOp, ref: DeskRef | null, outcome: Outcome): void => {
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
  };
}
