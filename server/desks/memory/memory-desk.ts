import { randomUUID } from 'node:crypto';
import type { Desk, DeskAgent, DeskRef, DeskTask, Hint, Outcome, Watch } from '../desk.ts';
import { plan } from '../plan.ts';
import { eventOf, readThread } from './memory-read.ts';
import { actIn, teamsIn, wasDone } from './memory-write.ts';
import { createPeople, type MemoryPeople } from './memory-people.ts';
import type { MemoryThread, MemoryWorld } from './world.ts';

export interface MemoryDesk extends Desk {
  /** The test's hands at the desk: what agents do, and what goes wrong. */
  readonly people: MemoryPeople;
}

/**
 * A desk in memory, for the tests of the core: keeps the promises of the port, and breaks its word on demand.
 * @param options.reconcileMs how long a request without an answer may still be on its way
 */
export function openMemory(
  options: { home?: string; now?: () => number; reconcileMs?: number; teams?: Record<string, DeskAgent[]> } = {},
): MemoryDesk {
  const { home = 'memory', now = Date.now, reconcileMs = 0 } = options;
  const watches = new Set<Watch>();
  const listeners = new Set<(hint: Hint) => void>();
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
        if (watches.size === 0) for (const heard of listeners) heard(hint);
        // Nothing is told twice here: a reader that failed looks again by itself.
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
    if (task.op.kind === 'begin') return begin(task, thread);
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
      visitor: task.visitor.id,
      status: 'pending',
      assignee: null,
      team: null,
      attributes: {},
      rating: null,
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
      if (!task.mayLeave()) return { result: 'unsent', why: 'another relay does it by now' };
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
      const knownInMs = task.sentAt === null ? 0 : task.sentAt + reconcileMs - now();
      return Promise.resolve(
        knownInMs > 0 ? { result: 'unknown', why: 'too early', knownInMs } : { result: 'unsent', why: 'not there' },
      );
    },
    read: (thread, ids, options) => Promise.resolve(readThread(world, home, thread, ids, options)),
    watch(watch) {
      watches.add(watch);
      return { [Symbol.asyncDispose]: () => Promise.resolve(void watches.delete(watch)) };
    },
    overhear(heard) {
      listeners.add(heard);
      return { [Symbol.dispose]: () => void listeners.delete(heard) };
    },
    ring(hint) {
      if (watches.size > 0) world.tell(hint);
    },
    pictures: () => world.pictures,
    teams: () => teamsIn(world),
    healthy: () => !world.away,
    reachable: () => !world.away,
  };
}
