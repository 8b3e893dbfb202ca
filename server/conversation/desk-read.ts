import type { DeskEvent, DeskState, Reading } from '../desks/desk.ts';
import type { DeskMessage } from '../stores/store.ts';
import type { Context } from './context.ts';
import { deskAnswered, forget, reopenThread, threadOver } from './desk-answers.ts';
import { answered, apply, peopleOwn, relabel, takenUp } from './passing.ts';
import { handsAreMoving, saveNote, work } from './rounds.ts';
import { notes } from './transcript.ts';
import type { Draft } from './draft.ts';

/*
 * What a read of the desk means here. Words come first and always count; who has the thread comes second, and only
 * where nothing of ours is under way that changes it. Reads overlap and repeat: desk ids tell what is known.
 */

export interface Read {
  round: number;
  reading: Exclude<Reading, { result: 'away' }>;
  /** What is known already of a desk message. */
  known(round: number, deskId: number): Promise<DeskMessage | undefined>;
  /** False where hands moved while it was being read: what it says of them is stale. */
  settled: boolean;
}

/**
 * @returns whether what the desk says of who has the thread was believed. If not, it is to be read again: at once where
 *   it is `stale`, later where hands are still `moving`
 */
export async function deskRead(
  draft: Draft,
  context: Context,
  { round, reading, known, settled }: Read,
): Promise<'believed' | 'stale' | 'moving'> {
  if (reading.result === 'gone') {
    threadOver(draft, context, round);
    return 'believed';
  }
  for (const event of reading.events) {
    const before = await known(round, event.id);
    if (event.kind === 'ours') ours(draft, context, round, event, before);
    else if (event.kind === 'deleted') deleted(draft, context, round, event, before);
    else if (!before) said(draft, context, round, event);
    if ('failed' in event && event.failed) heal(draft, context, round, event.id);
  }
  if (round === draft.state.round) {
    draft.state.heardTo = Math.max(draft.state.heardTo, ...reading.events.map(({ id }) => id));
  }
  const thread = draft.threads.find((one) => one.round === round);
  if (thread && reading.cursor > thread.cursor) draft.thread({ ...thread, cursor: reading.cursor });
  if (handsAreMoving(draft, round)) return 'moving';
  if (!settled) return 'stale';
  facts(draft, context, round, reading.state);
  return 'believed';
}

function said(draft: Draft, context: Context, round: number, event: Extract<DeskEvent, { kind: 'said' | 'system' }>) {
  const id = `d.${round}.${event.id}`;
  draft.deskMessage({ round, deskId: event.id, message: id, key: null });
  if (event.kind === 'system') {
    draft.say({ id, author: { kind: 'system' }, text: event.text, at: event.at });
    return;
  }
  // The pass comes before the words, so that it is seen who speaks.
  if (round !== draft.state.round) {
    if (peopleOwn(draft)) sayElsewhere(draft, context, round);
    else reopenThread(draft, context, round);
  }
  if (round === draft.state.round && !isLate(draft, round, event.id)) {
    // Spoken after the end: the thread is resolved, and is opened for whoever spoke.
    if (draft.state.handoff.phase === 'ending') draft.state.revived = true;
    apply(draft, context, { kind: 'spoke', agent: event.agent, wish: takenUp(draft, context) });
  }
  if (draft.state.handoff.phase === 'human') answered(draft);
  const { handoff } = draft.state;
  const team = 'wish' in handoff ? handoff.wish.route?.label : null;
  draft.say({
    id,
    author: { kind: 'agent', name: event.agent.name, ...(team ? { team } : {}) },
    text: event.text,
    at: event.at,
    ...(event.files.length ? { files: event.files } : {}),
  });
}

/** After the end: was it said before it, and only found now? */
function isLate(draft: Draft, round: number, id: number): boolean {
  const { handoff, heardTo } = draft.state;
  return handoff.phase === 'ending' && (id <= heardTo || handsAreMoving(draft, round));
}

/** People have the visitor in another thread: the one who spoke here is told that the answer arrives there. */
function sayElsewhere(draft: Draft, context: Context, round: number) {
  const { state } = draft;
  if (state.elsewhere.includes(round)) return;
  state.elsewhere = [...state.elsewhere, round];
  const number = draft.threads.find((one) => one.round === state.round)?.ref?.['number'] ?? null;
  work(draft, context, round, { do: 'remark', note: saveNote(draft, context, notes.elsewhere(number)) });
}

/** One of ours came back: an operation whose answer was lost is done after all. */
function ours(
  draft: Draft,
  context: Context,
  round: number,
  event: Extract<DeskEvent, { kind: 'ours' }>,
  before: DeskMessage | undefined,
) {
  if (before) return;
  const row = draft.work.find(({ task }) => task.lane === 'desk' && task.op.key === event.key);
  if (row && row.status !== 'ready') deskAnswered(draft, context, row, { result: 'done', deskId: event.id });
}

/** Blanked at the desk, whoever wrote it: here too, for good, and in what the bot had kept of it. */
function deleted(
  draft: Draft,
  context: Context,
  round: number,
  event: { id: number },
  before: DeskMessage | undefined,
) {
  if (!before) {
    // Gone before we ever saw it: remembered, so that a late word of it is not shown.
    draft.deskMessage({ round, deskId: event.id, message: null, key: null });
    return;
  }
  const { message } = before;
  if (message && !draft.state.deleted.includes(message)) forget(draft, context, message);
}

/** The desk marked it failed while we were away; it has been read now, so the red mark goes, once. */
function heal(draft: Draft, context: Context, round: number, deskId: number) {
  const { state } = draft;
  if (state.healed.includes(deskId)) return;
  state.healed = [...state.healed.slice(-99), deskId];
  for (const op of context.plan({ do: 'heal', deskId })) draft.add(context.newId(), { lane: 'desk', round, op });
}

/** Who has the thread, held against what we believe. A person beats the bot. */
function facts(draft: Draft, context: Context, round: number, state: DeskState) {
  if (round !== draft.state.round) {
    // Only a person reopens a round that is over; our own words go elsewhere.
    if (state.status !== 'open' || peopleOwn(draft) || handsAreMoving(draft, draft.state.round)) return;
    reopenThread(draft, context, round);
  }
  const before = draft.state.desk;
  draft.state.desk = state;
  const { phase } = draft.state.handoff;
  const people = phase === 'waiting' || phase === 'human';
  const wish = takenUp(draft, context);
  const told = draft.seq;
  const moved = people && state.status === 'open' && relabel(draft, context, before);
  if (state.status === 'resolved') {
    if (before?.status !== 'resolved' || people) apply(draft, context, { kind: 'resolved' });
  } else if (state.status === 'pending') {
    if (people) apply(draft, context, { kind: 'returned' });
  } else if (state.status === 'open') {
    if (!people) apply(draft, context, { kind: 'opened', agent: state.assignee, wish });
    if (state.assignee) {
      // In the human phase only a change counts: whoever spoke last is not always who is assigned.
      const changed = before?.assignee?.key !== state.assignee.key;
      if (phase !== 'human' || changed) apply(draft, context, { kind: 'assigned', agent: state.assignee });
    } else if (before?.assignee || draft.state.handoff.phase === 'waiting') {
      apply(draft, context, { kind: 'unassigned' });
    }
  }
  // One change at the desk is one sentence to the visitor: a person who came along with the team was told with it.
  if (moved && draft.seq === told) apply(draft, context, { kind: 'rerouted' });
}
