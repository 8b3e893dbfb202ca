import type { Log } from '../../log.ts';
import type { TeamName } from '../team-name.ts';

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
  /** Where several processes share the settings, and so the inbox. */
  shared?: {
    /** The same in all of them, and in no copy of their data. */
    run: string;
    /** One after the other, in all of them. */
    exclusively<R>(job: () => Promise<R>): Promise<R>;
  };
  log: Log;
  /** How long opening waits for the desk to be set up, milliseconds; after that it goes on in the background. */
  waitMs?: number;
  /** The very first set-up has failed for good after that wait: only the operator can help, and nothing can be served. */
  failed?: (error: unknown) => void;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long a request without an answer may still be on its way, milliseconds. */
  reconcileMs?: number;
  /** The teams that routing names. */
  teams?: TeamName[];
  /** What differs from the defaults. */
  timing?: Partial<Timing>;
}

/** How often something is looked at, and how long it is waited for, milliseconds. */
interface Timing {
  /** A sweep while people own or are awaited, and otherwise. */
  sweepMs: number;
  calmSweepMs: number;
  /** How long a thread may take to be read before it is told again. */
  readMs: number;
  /** The first wait before setting up or connecting again; it doubles up to a minute. */
  retryMs: number;
  /** Between two looks at the inbox. */
  inboxCheckMs: number;
  connectMs: number;
  totalMs: number;
}
