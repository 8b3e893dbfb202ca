import { mirrored } from '../mirrored.ts';
import { changeIn, isOver, type ChangeOp } from '../steps.ts';
import { teamOf, type DeskTeam, type TeamName } from '../team-name.ts';
import type { DeskAgent, DeskOp, DeskTask, Looked, Outcome, TeamState } from '../desk.ts';
import { stateOf, type MemoryMessage, type MemoryThread, type MemoryWorld } from './world.ts';

/** Carries out what is no beginning. */
export function actIn(world: MemoryWorld, thread: MemoryThread, task: DeskTask): Outcome {
  const { op } = task;
  switch (op.kind) {
    case 'begin':
      return { result: 'done', state: stateOf(thread) };
    case 'say':
    case 'note': {
      // As a real desk, which keeps no key: only what was sent before is looked for.
      const known = task.sentAt === null ? undefined : thread.messages.find(({ key }) => key === op.key);
      if (known) return { result: 'done', deskId: known.id };
      const message = write(world, thread, task);
      return { result: 'done', deskId: message.id };
    }
    case 'clearFailure': {
      const message = thread.messages.find(({ id }) => id === op.deskId);
      if (message) message.failed = false;
      return { result: 'done' };
    }
    case 'rate':
      thread.rating = {
        stars: op.stars,
        feedback: task.feedback ?? '',
        ...(thread.assignee ? { agent: thread.assignee.name } : {}),
      };
      return { result: 'done' };
    case 'look':
      return { result: 'done', looked: look(world, op) };
    case 'change':
      return change(world, thread, task, changeIn(op));
  }
}

function change(world: MemoryWorld, thread: MemoryThread, task: DeskTask, op: ChangeOp): Outcome {
  const read = Math.max(task.thread.cursor, thread.readTo);
  const said = thread.messages.filter((one) => one.id > read && one.by === 'agent' && !one.private && !one.deleted);
  const spoke = said.at(-1)?.agent ?? null;
  const taken = (agent: DeskAgent): Outcome => ({ result: 'done', taken: agent, state: stateOf(thread) });
  const done = (): Outcome => ({ result: 'done', state: stateOf(thread) });
  if (isOver(op, thread.status)) return done();
  switch (op.step) {
    case 'clear': {
      const keeps = spoke ?? (op.unlessTaken && thread.status === 'open' ? thread.assignee : null);
      if (keeps) return taken(keeps);
      thread.assignee = null;
      thread.team = null;
      return done();
    }
    case 'describe':
      Object.assign(thread.attributes, op.attributes);
      return { result: 'done' };
    case 'open':
      thread.status = 'open';
      return done();
    case 'prefer': {
      if (thread.assignee?.key === op.agent.key) return done();
      const there = spoke ?? thread.assignee;
      if (there) return taken(there);
      thread.assignee = op.agent;
      return done();
    }
    case 'team': {
      const name = teamNamed(world, op.team);
      if (name === undefined)
        return { result: 'done', note: `the desk has no team ${op.team}`, state: stateOf(thread) };
      if (thread.team === name) return done();
      const there = spoke ?? (thread.assignee?.key === op.person ? null : thread.assignee);
      if (there) return taken(there);
      thread.team = name;
      const stays = world.teams.get(name)?.some(({ key }) => key === thread.assignee?.key);
      if (!stays) thread.assignee = world.teams.get(name)?.find(({ key }) => world.online.has(key)) ?? null;
      return done();
    }
    case 'check':
      return spoke ? taken(spoke) : done();
    case 'assign':
      if (thread.assignee && thread.assignee.key !== op.agent.key) return taken(thread.assignee);
      thread.assignee = op.agent;
      return done();
    case 'pending':
      if (spoke) return taken(spoke);
      thread.status = 'pending';
      return done();
    case 'resolve':
      thread.status = 'resolved';
      return done();
  }
}

function look(world: MemoryWorld, { teams, person }: Extract<DeskOp, { kind: 'look' }>): Looked {
  const membersOf = (team: TeamName) => world.teams.get(teamNamed(world, team) ?? '');
  const isOnline = ({ key }: DeskAgent) => world.online.has(key);
  const state = (team: TeamName): TeamState => {
    const members = membersOf(team);
    if (!members) return 'missing';
    if (members.length === 0) return 'empty';
    return members.some(isOnline) ? 'ok' : 'nobody_online';
  };
  const isIn = (team: TeamName) => membersOf(team)?.some(({ key }) => key === person?.key) ?? false;
  return {
    teams: teams.map((team) => ({ team, state: state(team) })),
    person: person && isOnline(person) ? { teams: teams.filter(isIn) } : null,
  };
}

function write(world: MemoryWorld, thread: MemoryThread, task: DeskTask): MemoryMessage {
  const author = task.message?.author.kind;
  if (author === 'visitor' && thread.status === 'resolved') thread.status = 'pending';
  const message: MemoryMessage = {
    id: world.nextId(),
    by: task.op.kind === 'note' || author !== 'visitor' ? 'bot' : 'visitor',
    agent: null,
    text: task.message ? mirrored(task.message) : (task.note ?? ''),
    private: task.op.kind === 'note',
    key: task.op.key,
    files: [],
    failed: false,
    deleted: false,
    at: world.now(),
  };
  thread.messages.push(message);
  return message;
}

/** What became of it, where it was done. */
export function wasDone(world: MemoryWorld, task: DeskTask): Outcome | undefined {
  const thread = world.threads.find(({ source }) => source === task.thread.source);
  if (!thread) return undefined;
  if (task.op.kind === 'begin') return { result: 'done', ref: { number: thread.number, uuid: thread.uuid } };
  if (task.op.kind === 'look') return { result: 'done', looked: look(world, task.op) };
  const { key } = task.op;
  const message = thread.messages.find((one) => one.key === key);
  if (message) return { result: 'done', deskId: message.id };
  const made = world.performed.some((op) => op.key === key);
  return made ? { result: 'done', state: stateOf(thread) } : undefined;
}

function teamNamed(world: MemoryWorld, team: TeamName): string | undefined {
  return teamOf(teamsIn(world), team, ({ key }) => Number(key))?.name;
}

/** Their numbers are their places, from 1. */
export function teamsIn({ teams }: MemoryWorld): DeskTeam[] {
  return [...teams.keys()].map((name, at) => ({ key: String(at + 1), name }));
}
