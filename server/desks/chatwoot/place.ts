import type { Log } from '../../log.ts';
import type { TeamName } from '../desk.ts';
import type { Api } from './http/api.ts';
import type { Earlier } from './write/earlier.ts';
import type { Reads } from './read/people.ts';
import type { Verified } from './verified.ts';

/** Durable names and values, the relay's own store. */
export interface Settings {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}

export interface ChatwootOptions {
  /** Base URL of the Chatwoot, as people write it or paste it. */
  url: string;
  account: number;
  /** An administrator's access token. Secret. */
  token: string;
  /** The inbox's number; without it one is found or made, named after the bot. */
  inbox?: number;
  botName: string;
  /** One of the bot's sites, as it stands in the path of the webhook. */
  siteName: string;
  /** Where Chatwoot reaches this relay; without it there is no webhook. */
  publicUrl?: string;
  settings: Settings;
  log: Log;
  /** How long opening waits for the desk to be set up, milliseconds; after that it goes on in the background. */
  waitMs?: number;
  /** The very first set-up has failed for good after that wait: only the operator can help, and nothing can be served. */
  failed?: (error: unknown) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long a request without an answer may still be on its way, milliseconds. */
  settleMs?: number;
  /** The teams that routing names. */
  teams?: TeamName[];
  /** What differs from the defaults. */
  pace?: Partial<Pace>;
}

/** How often is looked, milliseconds. */
export interface Pace {
  /** A sweep while people own or are awaited, and otherwise. */
  sweepMs: number;
  calmSweepMs: number;
  /** How long a thread may take to be read before it is told again. */
  readMs: number;
  /** The first wait before setting up or connecting again; it doubles up to a minute. */
  retryMs: number;
  /** Between two looks at the inbox. */
  lookMs: number;
  connectMs: number;
  totalMs: number;
}

/** Where conversations go, once all of it is known. */
export interface Place {
  version: string;
  inbox: number;
  /** Creating a conversation answers with the one there is. */
  single: boolean;
  bot: { id: number; name: string };
  user: { id: number; administrator: boolean };
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
  place: () => Place | null;
  /** The desk says that the inbox is not there: it is looked at, and made anew if that is so. */
  inboxGone: () => void;
  /** Up to where threads were read. */
  reads: Reads;
  verified: Verified;
  /** Whether this is logged for the first time. */
  isNew(what: string): boolean;
  /** What is at the desk of the words that waited through a start. */
  earlier: Earlier;
  /** When a delivery last arrived, milliseconds since 1970; 0 before the first. */
  lastDelivery: () => number;
}

/** The `source_id` of what an operation writes: what makes it ours, and recognisable. */
export const sourceOf = (installation: string, key: string): string => `${installation}:${key}`;

/** The key of the operation that wrote a message; undefined where it is not ours. */
export function keyIn(installation: string, source: string | null | undefined): string | undefined {
  return source?.startsWith(`${installation}:`) ? source.slice(installation.length + 1) : undefined;
}

/** The path that deliveries come in on, with the secret still to be filled in. */
export const webhookPath = (site: string): string => `/incoming-chatwoot/${encodeURIComponent(site)}/:secret`;

/** Whether a webhook's address is one of ours, here or where this relay was reached before. */
export const isOurs = (url: string): boolean => url.includes('/incoming-chatwoot/');
