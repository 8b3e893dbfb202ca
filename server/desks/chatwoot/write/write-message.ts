import { shortName } from '../../../short-name.ts';
import type { DeskTask, Outcome } from '../../desk.ts';
import { mirrored } from '../../mirrored.ts';
import { readAgents, readMembers, readRange } from '../http/calls.ts';
import { isEarlier, type Earlier } from './earlier.ts';
import { escapeLiquid } from './liquid.ts';
import { outcomeOf, outcomeOfLookUp } from './outcome.ts';
import type { Provisioned, Shared } from '../shared.ts';
import type { Priority } from '../http/queue.ts';
import { Message, type Agent } from '../http/shapes.ts';
import { mention, plainText, storable, withoutMentions } from './text.ts';
import type { Teams } from '../teams.ts';
import type { TeamName } from '../../team-name.ts';
import { isFailure, type Answer, type Failure } from '../http/answer.ts';
import { sourceOf } from '../source-id.ts';

/*
 * Chatwoot has no idempotency key: a message of ours carries the operation's key as its `source_id`, which Chatwoot
 * keeps and does not check; in doubt, it is looked for before it is written again.
 */

/** More people than this are not called by name. */
const mostMentions = 20;

/** What writing needs beside what all parts share. */
interface Parts extends Shared {
  teams: Teams;
  earlier: Earlier;
}

export async function write(parts: Parts, provisioned: Provisioned, task: DeskTask, number: number): Promise<Outcome> {
  if (task.sentAt !== null) {
    const before = await findBefore(parts, task, number);
    if (!before.ok) return outcomeOf(before);
    if (before.body !== undefined) return { result: 'done', deskId: before.body };
  }
  const wording = await wordingOf(parts, provisioned, task);
  if (!wording.ok) return outcomeOfLookUp(wording);
  if (wording.body.meant === '') return { result: 'done', note: 'there was nothing to say' };
  const first = await post(parts, task, number, wording.body.meant);
  if (!('refused' in first)) return first;
  if (wording.body.plain === '') return outcomeOf(first.refused);
  // Something in it may be too much for this desk: better plain words than none.
  const second = await post(parts, task, number, wording.body.plain);
  if ('refused' in second) return outcomeOf(second.refused);
  if (second.result === 'done') {
    parts.log.warn(
      { ...nameOf(task, number), why: first.refused.why },
      'the desk refused our words; they went as plain text',
    );
  }
  return second;
}

/** A thread without a word in it breaks the agents' search: its first one does not wait for others. */
export const laneOf = ({ isFirst }: DeskTask): Priority => (isFirst ? 'first' : 'write');

/** By what the operator finds it, here and at the desk. */
const nameOf = ({ thread }: DeskTask, number: number) => ({
  conversation: shortName(thread.conversation),
  desk: number,
});

/** Writes it. Refused is only what is certainly not there. */
async function post(
  shared: Shared,
  task: DeskTask,
  number: number,
  meant: string,
): Promise<Outcome | { refused: Failure }> {
  const { api, log, installation } = shared;
  const source_id = sourceOf(installation, task.op.key);
  const byVisitor = task.message?.author.kind === 'visitor';
  const body = {
    content: byVisitor ? meant : escapeLiquid(meant),
    message_type: byVisitor ? 'incoming' : 'outgoing',
    private: task.op.kind === 'note',
    source_id,
  };
  const path = `conversations/${number}/messages`;
  const as = byVisitor ? 'user' : 'bot';
  const answer = await api.ask({ method: 'POST', path, body, as, priority: laneOf(task), answer: Message });
  if (answer.ok) {
    if (answer.body.source_id !== source_id) return { result: 'unknown', why: 'the answer is about another message' };
    if (answer.body.content !== meant)
      log.warn({ ...nameOf(task, number), message: answer.body.id }, 'the desk changed our words');
    return { result: 'done', deskId: answer.body.id };
  }
  if (answer.result !== 'refused' || answer.gone) return outcomeOf(answer);
  // Chatwoot answers 422 to whatever goes wrong, even after it has kept the message.
  const kept = await findOurs(shared, task, number);
  if (!kept.ok) return kept.gone ? outcomeOf(kept) : { result: 'unknown', why: answer.why };
  return kept.body ? { result: 'done', deskId: kept.body.id } : { refused: answer };
}

/**
 * The message that an operation wrote; the oldest, should there be two. It is younger than the cursor, which trails by a
 * minute, unless it was sent long ago: then all of the conversation is looked through.
 */
async function findOurs(
  { api, installation, now, log }: Shared,
  task: DeskTask,
  number: number,
): Promise<Answer<Message | undefined>> {
  const source = sourceOf(installation, task.op.key);
  const recent = task.sentAt !== null && now() - task.sentAt < 45_000;
  const rows = await readRange(api, number, recent ? task.thread.cursor + 1 : 1, undefined, laneOf(task));
  if (!rows.ok) return rows;
  const found = rows.body.filter((row) => row.source_id === source);
  if (found.length > 1)
    log.warn({ ...nameOf(task, number), times: found.length }, 'a message of ours is at the desk more than once');
  return { ...rows, body: found[0] };
}

/** The message that a task wrote before: this copy of the file, or an older one. */
export async function findBefore(parts: Parts, task: DeskTask, number: number): Promise<Answer<number | undefined>> {
  if (isEarlier(task)) return parts.earlier.find(task, number);
  const found = await findOurs(parts, task, number);
  return found.ok ? { ...found, body: found.body?.id } : found;
}

/** What shall stand there, and how it is put where the desk does not take that. */
interface Wording {
  meant: string;
  plain: string;
}

async function wordingOf(parts: Parts, provisioned: Provisioned, task: DeskTask): Promise<Answer<Wording>> {
  const { op, message } = task;
  if (op.kind !== 'note') {
    if (!message) return said('', '');
    const full = mirrored(message);
    return said(full, message.text || full);
  }
  const note = withoutMentions(task.note ?? '');
  if (!op.mention) return said(note, note);
  const called = await whomToCall(parts, provisioned, op.mention.team);
  return called.ok ? said(note, note, called.body) : called;
}

function said(meant: string, plain: string, called: string[] = []): Answer<Wording> {
  const behind = (text: string) => storable([...called, text].filter((part) => part !== '').join(' '));
  return { ok: true, body: { meant: behind(meant), plain: behind(plainText(plain)) }, at: 0 };
}

/** The team, or else the people who see the inbox, or else the administrators. */
async function whomToCall(
  { api, teams }: Parts,
  provisioned: Provisioned,
  name: TeamName | null,
): Promise<Answer<string[]>> {
  const team = name === null ? undefined : await teams.find(name);
  if (isFailure(team)) return team;
  if (team) return { ok: true, body: [mention('team', team.id, team.name)], at: 0 };
  const members = await readMembers(api, provisioned.inbox);
  if (!members.ok) return members;
  const people = members.body.length > 0 ? members : await readAgents(api);
  if (!people.ok) return people;
  const meant = members.body.length > 0 ? people.body : people.body.filter(({ role }) => role === 'administrator');
  const shown = ({ available_name, name: full }: Agent) => available_name || full;
  return { ...people, body: meant.slice(0, mostMentions).map((one) => mention('user', one.id, shown(one))) };
}
