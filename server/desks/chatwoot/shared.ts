import type { Log } from '../../log.ts';
import type { Throttle } from '../../throttle.ts';
import type { Api } from './http/api.ts';
import type { VerifiedThreads } from './verified-threads.ts';
import type { Reads } from './reads.ts';
import type { ChatwootOptions } from './options.ts';

/** Where conversations go, once all of it is known. */
export interface Provisioned {
  version: string;
  inbox: number;
  /** Creating a conversation answers with the one there is. */
  single: boolean;
  bot: { id: number; name: string };
  user: { id: number; administrator: boolean };
}

/** How to subscribe: the token rotates, so it is asked for anew when it is not confirmed. Secret. */
export interface Subscription {
  token: string;
  account: number;
  user: number;
}

/** What all parts of the adapter share. */
export interface Shared {
  api: Api;
  options: ChatwootOptions;
  log: Log;
  now: () => number;
  home: () => string;
  /** Random, one a relay: the beginning of every `source_id` of ours. */
  installation: string;
  /** Null until the desk was set up. */
  provisioned: () => Provisioned | null;
  /** The desk says that the inbox is not there: it is looked at, and made anew if that is so. */
  inboxGone: () => void;
  /** Up to where threads were read. */
  reads: Reads;
  verified: VerifiedThreads;
  /** By a thread's source: the conversation in which somebody was last heard to speak. */
  heardIn: Map<string, number>;
  /** For lines of the log about what is met again at each reading. */
  throttle: Throttle;
  /** When a delivery last arrived, milliseconds since 1970; 0 before the first. */
  lastDelivery: () => number;
}
