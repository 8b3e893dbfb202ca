import { randomUUID } from 'node:crypto';
import { isOver, type Desk, type DeskAgent, type DeskRef, type DeskTask, type Outcome, type Watch } from '../desk.ts';
import { plan } from '../plan.ts';
import { teamOf, type DeskTeam, type TeamName } from '../team-name.ts';
import { mirrored } from '../mirrored.ts';
import { eventOf, readThread } from './memory-read.ts';
import { createPeople, type MemoryPeople } from './memory-people.ts';
import { stateOf, type MemoryMessage, type MemoryThread, type MemoryWorld } from './world.ts';

export interface MemoryDesk extends Desk {
  /** The test's hands at the desk: what agents do, and what goes wrong. */
  readonly people: MemoryPeople;
}

/**
 * A desk in memory, for the tests of the core: keeps the promises of the port, and breaks its word on demand.
 * @param options.settleMs how long a request without an answer may still be on its way
 */
export function openMemory(
  options: { home?: string; now?: () => number; settleMs?: number; teams?: Record<string, DeskAgent[]> } = {},
): MemoryDesk {
  const { home = 'memory', now = Date.now, settleMs = 0 } = options;
  const watches = new Set<Watch>();
  let lastId = 100;
  const world: MemoryWorld = {
    threads: [],
    performed: [],
    faults: [],
    away: false,
    quiet: false,
    frames: false,
    hanging: [],
    teams: new Map(Object.entries(options.teams ?? {})),
    online: new Set(),
    pictures: new Map(),
    now,
    nextId: () => (lastId += 1),
    tell: (hint) => {
      if (!world.quiet && !world.away) {
        // Nothing is told twice here: whoever could not read it looks again by itself.
        for (const watch of watches) void Promise.resolve(watch.heard(hint)).catch(() => {});
      }
    },
    frame(thread, message) {
      const [said] = eventOf(message);
      if (!world.frames || world.quiet || world.away || said?.kind !== 'said' || said.files.length > 0) return false;
      for (const watch of watches) watch.handIn({ thread: { source: thread.source }, said });
      return true;
    },
  };

  /** Does it, or finds out whether it was done: in memory both are one look. */
  function act(task: DeskTask): Outcome {
    const thread = world.threads.find(({ source }) => source === task.thread.source);
    if (task.op.step === 'begin') return begin(task, thread);
    if (!thread || thread.gone || task.thread.home !== home) {
      return { result: 'refused', why: 'there is no such thread', gone: true };
    }
    return actIn(world, thread, task);
  }

  function begin(task: DeskTask, found: MemoryThread | undefined): Outcome {
    const thread: MemoryThread = found ?? {
      number: world.threads.length + 1,
      uuid: randomUUID(),
      source: task.thread.source,
      visitor: task.visitor.name,
      status: 'pending',
      assignee: null,
      team: null,
      attributes: {},
      messages: [],
      readTo: 0,
      gone: false,
    };
    if (!found) world.threads.push(thread);
    const ref: DeskRef = { number: thread.number, uuid: thread.uuid };
    return { result: 'done', ref };
  }

  return {
    home,
    plan: (intent) => plan(intent),
    people: createPeople(world, home),
    async perform(task) {
      if (world.away) return { result: 'unsent', why: 'the desk is away' };
      const at = world.faults.findIndex(({ step }) => step === 'any' || step === task.op.step);
      const fault = at < 0 ? undefined : world.faults.splice(at, 1)[0]?.fault;
      if (fault === 'unsent') return { result: 'unsent', why: 'a test wants it so' };
      if (fault === 'refused') return { result: 'refused', why: 'a test wants it so' };
      if (fault === 'notThere') return { result: 'refused', why: 'a test wants it so', gone: true };
      if (fault === 'lostRequest') return { result: 'unknown', why: 'no answer' };
      if (fault === 'hang') await new Promise<void>((resolve) => world.hanging.push(resolve));
      world.performed.push(task.op);
      const outcome = act(task);
      return fault === 'lostAnswer' ? { result: 'unknown', why: 'no answer' } : outcome;
    },
    reconcile(task) {
      if (world.away) return Promise.resolve({ result: 'unknown', why: 'the desk is away' });
      const done = wasDone(world, task);
      if (done) return Promise.resolve(done);
      const early = task.sentAt !== null && now() - task.sentAt < settleMs;
      return Promise.resolve(early ? { result: 'unknown', why: 'too early' } : { result: 'unsent', why: 'not there' });
    },
    read: (thread, ids, options) => Promise.resolve(readThread(world, home, thread, ids, options)),
    watch(watch) {
      watches.add(watch);
      return { [Symbol.asyncDispose]: () => Promise.resolve(void watches.delete(watch)) };
    },
    pictures: () => world.pictures,
    teams: () => teamsIn(world),
    healthy: () => !world.away,
    reachable: () => !world.away,
  };
}

function actIn(world: MemoryWorld, thread: MemoryThread, task: DeskTask): Outcome {
  const { op } = task;
  const read = Math.max(task.thread.cursor, thread.readTo);
  const said = thread.messages.filter((one) => one.id > read && one.by === 'agent' && !one.private && !one.deleted);
  const spoke = said.at(-1)?.agent ?? null;
  const taken = (agent: DeskAgent): Outcome => ({ result: 'done', taken: agent, state: stateOf(thread) });
  const done = (): Outcome => ({ result: 'done', state: stateOf(thread) });
  if (isOver(op, thread.status)) return done();
  switch (op.step) {
    case 'begin':
      return done();
    case 'say':
    case 'note': {
      // As a real desk, which keeps no key: only what was sent before is looked for.
      const known = task.sentAt === null ? undefined : thread.messages.find(({ key }) => key === op.key);
      if (known) return { result: 'done', deskId: known.id };
      const message = write(world, thread, task);
      return { result: 'done', deskId: message.id };
    }
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
    case 'team': {
      const name = teamNamed(world, op.team);
      if (name === undefined)
        return { result: 'done', note: `the desk has no team ${op.team}`, state: stateOf(thread) };
      if (thread.team === name) return done();
      const there = thread.assignee ?? spoke;
      if (there) return taken(there);
      thread.team = name;
      thread.assignee = world.teams.get(name)?.find(({ key }) => world.online.has(key)) ?? null;
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
    case 'heal': {
      const message = thread.messages.find(({ id }) => id === op.deskId);
      if (message) message.failed = false;
      return { result: 'done' };
    }
  }
}

function write(world: MemoryWorld, thread: MemoryThread, task: DeskTask): MemoryMessage {
  const author = task.message?.author.kind;
  if (author === 'visitor' && thread.status === 'resolved') thread.status = 'pending';
  const message: MemoryMessage = {
    id: world.nextId(),
    by: task.op.step === 'note' || author !== 'visitor' ? 'bot' : 'visitor',
    agent: null,
    text: task.message ? mirrored(task.message) : (task.note ?? ''),
    private: task.op.step === 'note',
    key: task.op.key,
    files: [],
    failed: false,
    deleted: false,
    at: world.now(),
  };
  thread.messages.push(message);
  return message;
}

function wasDone(world: MemoryWorld, task: DeskTask): Outcome | undefined {
  const thread = world.threads.find(({ source }) => source === task.thread.source);
  if (!thread) return undefined;
  if (task.op.step === 'begin') return { result: 'done', ref: { number: thread.number, uuid: thread.uuid } };
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
function teamsIn({ teams }: MemoryWorld): DeskTeam[] {
  return [...teams.keys()].map((name, at) => ({ key: String(at + 1), name }));
}
