import type { DeskAgent, DeskState, DeskTask, Outcome } from '../../desk.ts';
import { isOver, type ChangeOp } from '../../steps.ts';
import { assign, readConversation, readRange, setStatus } from '../http/calls.ts';
import { anotherConversation, outcomeOf, outcomeOfLookUp } from './outcome.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { Agents, Anything, Attributes, Message, type Conversation } from '../http/shapes.ts';
import { spokeIn, stateIn } from '../read/people.ts';
import { isAnother, stateOf } from '../read/state.ts';
import type { Teams } from '../teams.ts';
import { storable } from './text.ts';
import { type Answer, type Failure, isFailure } from '../http/answer.ts';
import { attributeKey, defineAttribute } from '../attributes.ts';

/*
 * The steps that change who has a conversation. Each reads first and writes only what differs: setting what is set
 * already would notify, unassign or reopen for nothing. Opening and closing are the bot's doing, teams and people are
 * set by the token's user.
 */

/** Steps that leave a thread with a person who has spoken in it. */
const yieldsToSpeaker: ReadonlySet<ChangeOp['step']> = new Set(['clear', 'prefer', 'team', 'check', 'pending']);
const nobody: Answer<DeskAgent | null> = { ok: true, body: null, at: 0 };

export async function changeThread(
  shared: Shared,
  provisioned: Provisioned,
  teams: Teams,
  { thread }: Pick<DeskTask, 'thread'>,
  op: ChangeOp,
  number: number,
): Promise<Outcome> {
  const { api } = shared;
  const read = await readConversation(api, number);
  if (!read.ok) return outcomeOf(read);
  const now = read.body;
  if (isAnother(now, provisioned, { thread })) return anotherConversation;
  const known = await stateIn(shared, provisioned, now);
  if (!known.ok) return outcomeOf(known);
  const state = known.body;
  const person = state.assignee;
  const taken = (agent: DeskAgent): Outcome => ({ result: 'done', taken: agent, state });
  const done = (change: Partial<DeskState> = {}) =>
    ({ result: 'done', state: { ...state, ...change } }) satisfies Outcome;

  if (isOver(op, now.status)) return done();
  const heard = yieldsToSpeaker.has(op.step) ? await spokeIn(shared, thread, now) : nobody;
  if (!heard.ok) return outcomeOf(heard);
  const spoke = heard.body;
  switch (op.step) {
    case 'clear': {
      const keeps = spoke ?? (op.unlessTaken && now.status === 'open' ? person : null);
      if (keeps) return taken(keeps);
      const cleared = await clear(shared, now, { participants: !op.unlessTaken });
      return cleared ? outcomeOf(cleared) : done({ assignee: null, team: null });
    }
    case 'describe':
      return describe(shared, now, op.attributes);
    case 'open': {
      if (now.status === 'open') return done();
      const opened = await setStatus(api, number, 'open');
      return opened.ok ? done({ status: 'open' }) : outcomeOf(opened);
    }
    case 'prefer': {
      const { agent } = op;
      if (person?.key === agent.key) return done();
      const there = spoke ?? person;
      if (there) return taken(there);
      const set = await assign(api, number, { assignee_id: Number(agent.key) });
      return set.ok ? done({ assignee: set.body ? agent : null }) : outcomeOf(set);
    }
    case 'team': {
      const team = await teams.find(op.team);
      if (isFailure(team)) return outcomeOfLookUp(team);
      if (!team) return { ...done(), note: `the desk has no team “${op.team}”` };
      if (now.meta.team?.id === team.id) return done();
      const there = spoke ?? (person?.key === op.person ? null : person);
      if (there) return taken(there);
      const set = await assign(api, number, { team_id: team.id });
      if (!set.ok) return outcomeOf(set);
      return done({ team: { key: String(team.id), name: team.name } });
    }
    case 'check': {
      return spoke ? taken(spoke) : done();
    }
    case 'assign': {
      const { agent } = op;
      if (stateOf(now).assignee?.key === agent.key) return done({ assignee: agent });
      if (person) return taken(person);
      const set = await assign(api, number, { assignee_id: Number(agent.key) });
      return set.ok ? done({ assignee: set.body ? agent : null }) : outcomeOf(set);
    }
    case 'pending':
    case 'resolve': {
      const status = op.step === 'resolve' ? 'resolved' : 'pending';
      if (spoke) return taken(spoke);
      if (now.status === status) return done();
      const set = await setStatus(api, number, status);
      return set.ok ? done({ status }) : outcomeOf(set);
    }
  }
}

/**
 * A person who was assigned or spoke takes part, and would be told of every word between visitor and bot: where the bot goes
 * on in the same conversation, they are taken out, too.
 */
async function clear(
  { api }: Shared,
  now: Conversation,
  also: { participants: boolean },
): Promise<Failure | undefined> {
  const path = `conversations/${now.id}/participants`;
  const steps: (() => Promise<Answer<unknown>>)[] = [];
  if (now.meta.assignee) steps.push(() => assign(api, now.id, { assignee_id: null }));
  if (now.meta.team) steps.push(() => assign(api, now.id, { team_id: 0 }));
  for (const step of steps) {
    const answer = await step();
    if (!answer.ok) return answer;
  }
  if (!also.participants) return undefined;
  const there = await api.ask({ method: 'GET', path, answer: Agents });
  if (!there.ok) return there;
  if (there.body.length === 0) return undefined;
  const user_ids = there.body.map(({ id }) => id);
  const removed = await api.ask({ method: 'DELETE', path, body: { user_ids }, answer: Anything });
  return removed.ok ? undefined : removed;
}

/** The endpoint replaces all attributes: read, join, write; else what agents noted there would be lost. */
async function describe({ api }: Shared, now: Conversation, wanted: Record<string, string>): Promise<Outcome> {
  const before = now.custom_attributes ?? {};
  const ours = attributesOf(wanted);
  if (isDescribed(before, ours)) return { result: 'done' };
  for (const name of Object.keys(wanted)) {
    if (!(attributeKey(name) in before)) await defineAttribute(api, name);
  }
  const path = `conversations/${now.id}/custom_attributes`;
  const custom_attributes = { ...before, ...ours };
  const set = await api.ask({ method: 'POST', path, body: { custom_attributes }, as: 'bot', answer: Attributes });
  return set.ok ? { result: 'done' } : outcomeOf(set);
}

/** Nothing said is nothing set. */
export function isDescribed(now: Record<string, unknown>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => (now[key] ?? '') === value);
}

/** Values as Chatwoot takes them: at most 1,500 characters. */
export function attributesOf(wanted: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(wanted).map(([name, value]) => [attributeKey(name), storable(value).slice(0, 1_500)]),
  );
}

/** Takes the red mark off a message that could not be delivered to us, and that has been read since. */
export async function clearFailure({ api }: Shared, number: number, deskId: number): Promise<Outcome> {
  const rows = await readRange(api, number, deskId, deskId + 1);
  if (!rows.ok) return outcomeOf(rows);
  if (rows.body[0]?.status !== 'failed') return { result: 'done' };
  const path = `conversations/${number}/messages/${deskId}`;
  const healed = await api.ask({ method: 'PATCH', path, body: { status: 'sent' }, answer: Message });
  return healed.ok ? { result: 'done' } : outcomeOf(healed);
}
