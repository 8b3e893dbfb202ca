import { ownerIn } from '../../shared/phases.ts';
import type { DeskEvent, DeskState, Reading, Words } from '../desks/desk.ts';
import type { DeskMessage, WaitingWord } from '../stores/store.ts';
import type { Context } from './context.ts';
import { beginToTell, deskAnswered, wordAnswered } from './desk-answers.ts';
import { saveNote } from './desk-notes.ts';
import { addSteps, isHandoffUnderWay, isOwnershipChanging, keyOf, roundOf } from './desk-steps.ts';
import { deskId, isOfDesk } from './desk-ids.ts';
import { endThread, reopenThread } from './desk-threads.ts';
import type { Draft } from './draft.ts';
import { apply, mayRate } from './handoff-effects.ts';
import { isForPeople, isOver, peopleOwn } from './handoff.ts';
import { clearAnswered, forgetMessage } from './messages.ts';
import { endRound, forgetLeft } from './rounds.ts';
import { notes } from './note-text.ts';
import { updateTeamLabel, wishOfAgent } from './wish.ts';

/*
 * What a read of the desk means here. Words come first and always count; who has the thread comes second, and only
 * where nothing of ours is under way that changes it. Reads overlap and repeat: desk ids tell what is known.
 */

/** What is known already of a thread's messages at the desk. */
export interface Known {
  byId(round: number, deskId: number): Promise<DeskMessage | undefined>;
  byKey(round: number, key: string): Promise<DeskMessage | undefined>;
  /** One of ours stands there twice. */
  doubled(deskId: number): void;
}

interface Read {
  round: number;
  reading: Exclude<Reading, { result: 'away' }>;
  known: Known;
  /** False where a step of ours changed who has the thread while it was being read: what it says of that is stale. */
  isCurrent: boolean;
}

/**
 * @returns whether what the desk says of who has the thread was believed. If not, it is to be read again: at once where
 *   it is `stale`, later where a step of ours still changes that (`moving`)
 */
export async function takeReading(
  draft: Draft,
  context: Context,
  { round, reading, known, isCurrent }: Read,
): Promise<'believed' | 'stale' | 'moving'> {
  if (reading.result === 'gone') {
    endThread(draft, context, round);
    return 'believed';
  }
  const { ref } = reading;
  const thread = draft.threads.find((one) => one.round === round);
  if (ref && thread) draft.thread({ ...thread, ref });
  const isWhole = await takeWords(draft, context, round, reading, known);
  if (isOwnershipChanging(draft, round)) return 'moving';
  if (!isWhole) return 'stale';
  if (!isCurrent) return 'stale';
  takeOwnership(draft, context, round, reading.state);
  return 'believed';
}

/**
 * What was said. Words always count, no matter who has the thread.
 * @returns false where a known id is another message now: the desk was restored from a backup, and is read anew
 */
export async function takeWords(
  draft: Draft,
  context: Context,
  round: number,
  { events, cursor }: Words,
  known: Known,
): Promise<boolean> {
  let isWhole = true;
  const keys = new Map<string, number>();
  for (const event of events) {
    const found = await known.byId(round, event.id);
    const before = found && isSame(found, event) ? found : undefined;
    if (found && !before) isWhole = false;
    if (event.kind === 'ours') {
      if (!before) await oursCameBack(draft, context, round, event, known, keys);
      keys.set(event.key, event.id);
    } else if (event.kind === 'deleted') deletedAtDesk(draft, context, round, event, before);
    else if (event.kind === 'gaveBack') {
      if (!before) gaveBack(draft, context, round, event);
    } else if (!before) agentSaid(draft, context, round, event, found !== undefined);
    if ('failed' in event && event.failed) clearFailure(draft, context, round, event.id);
  }
  if (round === draft.state.round) {
    draft.state.heardTo = Math.max(isWhole ? draft.state.heardTo : 0, ...events.map(({ id }) => id));
  }
  const thread = draft.threads.find((one) => one.round === round);
  const readTo = isWhole ? cursor : 0;
  if (thread && readTo !== thread.cursor) draft.thread({ ...thread, cursor: readTo });
  return isWhole;
}

/**
 * One message that was handed in, before its thread is read: only in a thread that people have and where nothing of ours
 * is under way that changes that.
 * @returns whether it stands in the log now
 */
export async function takeMessage(
  draft: Draft,
  context: Context,
  round: number,
  event: Extract<DeskEvent, { kind: 'said' }>,
  known: Known,
): Promise<boolean> {
  const { handoff } = draft.state;
  if (round !== draft.state.round || ownerIn[handoff.phase] !== 'people' || isOwnershipChanging(draft, round))
    return false;
  if (await known.byId(round, event.id)) return false;
  agentSaid(draft, context, round, event);
  draft.state.heardTo = Math.max(draft.state.heardTo, event.id);
  return true;
}

/** Ids begin again where a desk is restored from a backup; no two messages have id and time in common. */
function isSame(known: DeskMessage, event: DeskEvent): boolean {
  if (event.kind === 'ours') return known.key === event.key;
  if (event.kind !== 'deleted' && known.key !== null) return false;
  return known.at === undefined || known.at === event.at;
}

/** @param again the id was another message's before */
function agentSaid(
  draft: Draft,
  context: Context,
  round: number,
  event: Extract<DeskEvent, { kind: 'said' | 'system' }>,
  again = false,
) {
  const id = again ? `${deskId(round, event.id)}.${event.at}` : deskId(round, event.id);
  draft.deskMessage({ round, deskId: event.id, message: id, key: null, at: event.at });
  if (event.kind === 'system') {
    draft.say({ id, author: { kind: 'system' }, text: event.text, at: event.at });
    return;
  }
  // The change of the handoff comes before the words, so that the visitor sees who speaks.
  if (!isLate(draft, round, event.id)) {
    if (round !== draft.state.round) {
      if (peopleOwn(draft.state.handoff)) sayElsewhere(draft, context, round);
      else reopenThread(draft, context, round);
    }
    if (round === draft.state.round) {
      // Spoken after the end: the thread is resolved, and is opened for the one who spoke.
      if (isOver(draft.state.handoff)) draft.state.revived = true;
      const wish = wishOfAgent(draft, context, 'agent_answered');
      const isEarly = isHandoffUnderWay(draft, round);
      apply(draft, context, { kind: 'spoke', agent: event.agent, wish, ...(isEarly && { isEarly }) });
    }
  }
  if (draft.state.handoff.phase === 'human') clearAnswered(draft);
  const { handoff } = draft.state;
  const team = 'wish' in handoff ? handoff.wish.route?.label : null;
  draft.say({
    id,
    author: { kind: 'agent', name: event.agent.name, ...(team ? { team } : {}), picture: event.agent.key },
    text: event.text,
    at: event.at,
    ...(event.files.length ? { files: event.files } : {}),
  });
}

/** A person's note gives the visitor back. One from before the round's end, or that people have not, moves nothing. */
function gaveBack(
  draft: Draft,
  context: Context,
  round: number,
  { id, at, words }: Extract<DeskEvent, { kind: 'gaveBack' }>,
) {
  draft.deskMessage({ round, deskId: id, message: null, key: null, at });
  if (round !== draft.seen.round || !isForPeople(draft.state.handoff)) return;
  // What was said there before it is no new word of a person.
  endRound(draft, round, id);
  apply(draft, context, { kind: 'handedBack', words });
}

/** The round is over, and this was said before its end and is found only now: it is shown, and moves nothing. */
function isLate(draft: Draft, round: number, id: number): boolean {
  const { handoff, round: live, endedAt } = draft.state;
  if (round === live && !isOver(handoff)) return false;
  return id <= (endedAt[round] ?? 0) || isOwnershipChanging(draft, round);
}

/** People have the visitor in another thread: the one who spoke here is told that the answer arrives there. */
function sayElsewhere(draft: Draft, context: Context, round: number) {
  const { state } = draft;
  if (state.elsewhere.includes(round)) return;
  state.elsewhere = [...state.elsewhere, round];
  const number = draft.threads.find((one) => one.round === state.round)?.ref?.['number'] ?? null;
  addSteps(draft, context, round, { do: 'remark', note: saveNote(draft, context, notes.elsewhere(number)) });
}

/**
 * One of ours came back: an operation whose answer was lost is done after all. Or it stands there twice, because the
 * network held a request for longer than the desk takes: nothing can be done about it, but the operator is told.
 */
async function oursCameBack(
  draft: Draft,
  context: Context,
  round: number,
  { id, key, word: said }: Extract<DeskEvent, { kind: 'ours' }>,
  known: Known,
  keys: ReadonlyMap<string, number>,
) {
  const row = draft.work.find(({ task }) => task.lane === 'desk' && task.op.key === key);
  if (row) {
    if (row.status !== 'ready') deskAnswered(draft, context, row, { result: 'done', deskId: id });
    return;
  }
  const word = waitingUnder(draft, round, key);
  if (word) {
    // Only the first of them can be there; a later one is found when it is its turn.
    const { telling } = draft.marks;
    const isFirst = word === draft.waiting[0];
    const mayBeThere = (telling && telling.status !== 'ready') || word.seq <= draft.foundUpTo;
    if (!isFirst || !mayBeThere) return;
    if (!telling) beginToTell(draft, word);
    return wordAnswered(draft, context, { word, round, outcome: { result: 'done', deskId: id }, sentAt: null });
  }
  const first = keys.get(key) ?? (await known.byKey(round, key))?.deskId;
  if (first === id) return;
  const isLost = first === undefined && said !== undefined && context.isLost(said.at) && !wasDeleted(draft, round, key);
  const message = isLost ? deskId(round, id) : null;
  draft.deskMessage({ round, deskId: id, message, key });
  if (isLost) takeLost(draft, round, id, said);
  if (first !== undefined) known.doubled(id);
}

/**
 * What visitor or bot said since a backup that was restored: the desk has it, and the log has it again. The desk is not
 * told it once more. It comes behind what was said here meanwhile, so numbers do not tell what the bot has answered: a
 * word of the visitor's that was lost is open by its id, until one of the bot's that was lost, too, follows.
 */
function takeLost(draft: Draft, round: number, id: number, { by, text, at }: Lost): void {
  const message = deskId(round, id);
  draft.say({ id: message, author: { kind: by }, text, at });
  const { state } = draft;
  if (by === 'bot') state.alsoOpen = state.alsoOpen.filter((open) => !isOfDesk(open));
  else if (!isOver(state.handoff)) state.alsoOpen.push(message);
}
type Lost = NonNullable<Extract<DeskEvent, { kind: 'ours' }>['word']>;

/** It was on its way there when its words were taken away. */
function wasDeleted(draft: Draft, round: number, key: string): boolean {
  const thread = draft.threads.find((one) => one.round === round);
  return thread !== undefined && draft.seen.deleted.some((message) => keyOf(thread, message) === key);
}

/** The word that waits for this round and is known there by this key. */
function waitingUnder(draft: Draft, round: number, key: string): WaitingWord | undefined {
  const thread = draft.threads.find((one) => one.round === round);
  if (!thread) return undefined;
  const isFor = (word: WaitingWord) => roundOf(draft.threads, word) === thread;
  return draft.waiting.find((word) => isFor(word) && keyOf(thread, word.id) === key);
}

/** Deleted at the desk, no matter who wrote it: here too, for good, and in what the bot had kept of it. */
function deletedAtDesk(
  draft: Draft,
  context: Context,
  round: number,
  event: Extract<DeskEvent, { kind: 'deleted' }>,
  before: DeskMessage | undefined,
) {
  if (!before) {
    // Gone before we ever saw it: remembered, so that a late word of it is not shown.
    draft.deskMessage({ round, deskId: event.id, message: null, key: null, at: event.at });
    return;
  }
  const { message } = before;
  if (message && !draft.state.deleted.includes(message)) forgetMessage(draft, context, message);
}

/** The desk marked it failed while we were away; it has been read now, so the red mark goes, once. */
function clearFailure(draft: Draft, context: Context, round: number, deskId: number) {
  const { state } = draft;
  if (state.healed.includes(deskId)) return;
  state.healed = [...state.healed.slice(-99), deskId];
  for (const op of context.plan({ do: 'clearFailure', deskId }))
    draft.add(context.newId(), { lane: 'desk', round, op });
}

/** Who has the thread, held against what we believe. A person beats the bot. */
function takeOwnership(draft: Draft, context: Context, round: number, state: DeskState) {
  if (round !== draft.state.round) {
    // Open for the sake of a message that was left: whoever answers it speaks.
    if (draft.seen.left.includes(round)) {
      if (state.status === 'resolved') forgetLeft(draft, round);
      return;
    }
    // Only a person reopens a round that is over; our own words go elsewhere.
    if (state.status !== 'open' || peopleOwn(draft.state.handoff) || isOwnershipChanging(draft, draft.state.round))
      return;
    reopenThread(draft, context, round);
  }
  const before = draft.state.desk;
  draft.state.desk = state;
  const { phase } = draft.state.handoff;
  const people = peopleOwn(draft.state.handoff);
  const wish = wishOfAgent(draft, context, state.assignee ? 'agent_assigned' : 'agent_opened');
  const told = draft.seq;
  const moved = people && state.status === 'open' && updateTeamLabel(draft, context, before);
  if (state.status === 'resolved') {
    endRound(draft, round, draft.state.heardTo);
    if (before?.status !== 'resolved' || people)
      apply(draft, context, { kind: 'resolved', mayRate: mayRate(draft, context) });
  } else if (state.status === 'pending') {
    // A step of ours that was refused leaves it as it was: only a change at the desk is somebody's doing.
    if (people && before?.status !== 'pending') apply(draft, context, { kind: 'returned' });
  } else if (state.status === 'snoozed') {
    // Who speaks does not wake it: only a change is somebody's doing.
    const isNew = before?.status !== 'snoozed' || before.until !== state.until;
    if (isNew) apply(draft, context, { kind: 'putOff', until: state.until ?? null });
  } else if (state.status === 'open') {
    const isTakenUp = phase === 'hold' || (!people && before?.status !== 'open');
    if (isTakenUp) apply(draft, context, { kind: 'opened', agent: state.assignee, wish });
    if (state.assignee) {
      // In the human phase only a change counts: the person who spoke last is not always the one who is assigned.
      const changed = before?.assignee?.key !== state.assignee.key;
      if (phase !== 'human' || changed) apply(draft, context, { kind: 'assigned', agent: state.assignee });
    } else if (before?.assignee || draft.state.handoff.phase === 'waiting') {
      apply(draft, context, { kind: 'unassigned' });
    }
  }
  // One change at the desk is one sentence to the visitor: a person who came along with the team was told with it.
  if (moved && draft.seq === told) apply(draft, context, { kind: 'rerouted' });
}
