import type { DeskAgent, DeskOp, Hint } from '../desk.ts';
import type { StepName } from '../steps.ts';

export interface MemoryMessage {
  id: number;
  by: 'visitor' | 'bot' | 'agent' | 'system';
  agent: DeskAgent | null;
  text: string;
  private: boolean;
  /** Ours carry the key of the operation that wrote them. */
  key: string | null;
  files: { name: string; type: string; size?: number; url: string }[];
  failed: boolean;
  deleted: boolean;
  at: number;
}

export interface MemoryThread {
  number: number;
  uuid: string;
  source: string;
  /** Whose it is: one visitor may have several. */
  visitor: string;
  status: 'pending' | 'open' | 'snoozed' | 'resolved';
  assignee: DeskAgent | null;
  team: string | null;
  attributes: Record<string, string>;
  /** What the visitor thought of it; null where they did not say. */
  rating: { stars: number; feedback: string; agent?: string } | null;
  messages: MemoryMessage[];
  /** The newest message that was read: the core knows who spoke before. */
  readTo: number;
  /** Deleted by an administrator. */
  gone: boolean;
}

/** What the next request to the desk comes to. */
export type Fault =
  /** Nothing happens, and it says so. */
  | 'unsent'
  /** It is refused for good. */
  | 'refused'
  /** It is refused as if the thread were gone, which it is not. */
  | 'notThere'
  /** It is done, but the answer is lost. */
  | 'lostAnswer'
  /** The request is lost on its way. */
  | 'lostRequest'
  /** It is neither done nor answered until `people.release()`. */
  | 'hang';

/** What the people's half and the reader need to know of the desk. */
export interface MemoryWorld {
  threads: MemoryThread[];
  performed: DeskOp[];
  faults: { step: StepName | 'any'; fault: Fault }[];
  away: boolean;
  quiet: boolean;
  /** New messages of people are told in full, before they are rung for. */
  frames: boolean;
  hanging: (() => void)[];
  /** Members by team; the first of them who is online is given what is assigned to the team. */
  teams: Map<string, DeskAgent[]>;
  online: Set<string>;
  /** Where people's pictures are, by their keys; another map at each change. */
  pictures: ReadonlyMap<string, string>;
  now: () => number;
  nextId(): number;
  tell(hint: Hint): void;
  /** Tells a new message as a frame of a websocket would. @returns whether it did */
  frame(thread: MemoryThread, message: MemoryMessage): boolean;
}

export function stateOf(thread: MemoryThread) {
  const team = thread.team === null ? null : { key: thread.team, name: thread.team };
  return { status: thread.status, assignee: thread.assignee, team };
}
