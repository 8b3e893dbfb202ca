import type { DeskAgent, DeskOp, DeskStatus } from '../desk.ts';
import type { StepName } from '../steps.ts';
import type { Fault, MemoryMessage, MemoryThread, MemoryWorld } from './world.ts';

/** Which thread: by its source or number; without either the newest. */
type Which = { source?: string; number?: number };

/** What agents do at the desk, and what may go wrong there. Everything is told by a hint, unless the desk is quiet. */
export interface MemoryPeople {
  thread(which?: Which): MemoryThread;
  readonly threads: readonly MemoryThread[];
  /** What was carried out, in order; repeats included. */
  readonly performed: readonly DeskOp[];
  say(agent: DeskAgent, text: string, options?: Which & Partial<MemoryMessage>): number;
  /** The desk's own words. */
  announce(text: string, which?: Which): number;
  typing(agent: DeskAgent, on: boolean, which?: Which): void;
  assign(agent: DeskAgent | null, which?: Which): void;
  setStatus(status: DeskStatus, which?: Which): void;
  setTeam(team: string | null, which?: Which): void;
  /** Blanks a message. */
  remove(id: number, which?: Which): void;
  /** Deletes the whole thread. */
  destroy(which?: Which): void;
  /** A message that is shown as not delivered. */
  fail(id: number, which?: Which): void;
  /** Who can be given a thread by a team. */
  online(agent: DeskAgent, on: boolean): void;
  /** Where somebody's picture is; null without one. */
  picture(agent: DeskAgent, address: string | null): void;
  /** Nothing is answered, and nothing told. Coming back tells nothing either: that is what catching up is for. */
  away(on: boolean): void;
  /** Nothing is told. */
  quiet(on: boolean): void;
  /** New messages are told in full, as a websocket does, and not only rung for. */
  frames(on: boolean): void;
  /** What becomes of the next request, or of the next of one kind. */
  next(fault: Fault, step?: StepName | 'any'): void;
  /** Lets everything go on that hangs. */
  release(): void;
  /** Tells again that a thread may have changed. */
  hint(ids?: number[], which?: Which): void;
}

export function createPeople(world: MemoryWorld, home: string): MemoryPeople {
  const find = ({ source, number }: Which = {}): MemoryThread => {
    const found = world.threads.findLast(
      (one) => (source === undefined || one.source === source) && (number === undefined || one.number === number),
    );
    if (!found) throw new Error('there is no such thread at the memory desk');
    return found;
  };
  const ring = (thread: MemoryThread, ids: number[] = []) =>
    world.tell({ thread: { home, number: thread.number }, ids });
  const change = (which: Which | undefined, with_: Partial<MemoryThread>) => {
    const thread = Object.assign(find(which), with_);
    ring(thread);
  };
  const changeMessage = (id: number, which: Which | undefined, with_: Partial<MemoryMessage>) => {
    const thread = find(which);
    const message = thread.messages.find((one) => one.id === id);
    if (!message) throw new Error(`there is no message ${id} at the memory desk`);
    Object.assign(message, with_);
    ring(thread, [id]);
  };
  const write = (which: Which | undefined, message: Partial<MemoryMessage>): number => {
    const thread = find(which);
    const blank = { agent: null, key: null, files: [], private: false, failed: false, deleted: false };
    const id = world.nextId();
    const written: MemoryMessage = { by: 'agent', text: '', at: world.now(), ...blank, ...message, id };
    thread.messages.push(written);
    if (!world.frame(thread, written)) ring(thread, [id]);
    return id;
  };

  return {
    thread: find,
    threads: world.threads,
    performed: world.performed,
    say(agent, text, { source, number, ...rest } = {}) {
      const which = { ...(source === undefined ? {} : { source }), ...(number === undefined ? {} : { number }) };
      return write(which, { ...rest, by: 'agent', agent, text });
    },
    announce: (text, which) => write(which, { by: 'system', text }),
    typing(agent, on, which) {
      world.tell({ thread: { home, number: find(which).number }, ids: [], typing: { agent, on } });
    },
    assign: (assignee, which) => change(which, { assignee }),
    setStatus: (status, which) => change(which, { status }),
    setTeam: (team, which) => change(which, { team }),
    remove: (id, which) => changeMessage(id, which, { deleted: true, text: '', files: [] }),
    destroy: (which) => change(which, { gone: true }),
    fail: (id, which) => changeMessage(id, which, { failed: true }),
    online: (agent, on) => void (on ? world.online.add(agent.key) : world.online.delete(agent.key)),
    picture({ key }, address) {
      const others = [...world.pictures].filter(([person]) => person !== key);
      world.pictures = new Map(address === null ? others : [...others, [key, address]]);
    },
    away: (on) => void (world.away = on),
    quiet: (on) => void (world.quiet = on),
    frames: (on) => void (world.frames = on),
    next: (fault, step = 'any') => void world.faults.push({ step, fault }),
    release: () => world.hanging.splice(0).forEach((go) => go()),
    hint: (ids, which) => ring(find(which), ids),
  };
}
