import { randomBytes } from 'node:crypto';
import type { Address } from '../http/address.ts';
import type { ChatwootOptions, Settings } from '../options.ts';

/** What must be known of a desk after a restart. Secrets among it: it belongs in the relay's own store only. */
export interface Saved {
  /** Part of every thread's identity; a new one when the conversations go to another inbox. */
  home: string;
  inbox?: number;
  /** We made the inbox, and may change it. */
  made?: boolean;
  bot?: { id: number; name: string; token: string };
  /** The last part of the webhook's path. */
  webhookSecret: string;
  signingSecret?: string;
  /** The bot was taken out of the configuration: one that is added later is not this one under another name. */
  retired?: true;
}

/** What names of settings begin with, for one account of one desk; a bot's name follows. */
export const settingsPrefix = ({ origin, prefix }: Address, account: number): string =>
  `chatwoot ${origin}${prefix} ${account}`;

export interface SavedState {
  readonly saved: Saved;
  /** Random, one a relay. */
  readonly installation: string;
  /** Reads it again: another process that shares it may have set up the desk meanwhile. */
  reload(): Promise<void>;
  save(change: Partial<Saved>): Promise<void>;
  /** Conversations go elsewhere now: threads of before are over. */
  moveTo(inbox: number, made: boolean): Promise<void>;
}

const random = (bytes: number) => randomBytes(bytes).toString('base64url');

export async function loadSaved(options: ChatwootOptions, address: Address): Promise<SavedState> {
  const { settings, account, botName, inbox } = options;
  const where = settingsPrefix(address, account);
  const name = `${where} ${botName}`; // never a site's: a bot may get another site, and keeps its threads
  const newHome = () => `${where} ${random(9)}`;
  const text = await settings.get(name);
  let saved: Saved = text
    ? (JSON.parse(text) as Saved) // written below, by this very code
    : { home: newHome(), webhookSecret: random(24) };
  const { retired = false, ...active } = saved;

  /** Another inbox is configured than the one of last time: until it is found there, the old one is not forgotten. */
  const isMoving = inbox !== undefined && saved.inbox !== undefined && saved.inbox !== inbox;
  const write = async (next: Saved) => {
    saved = next;
    if (isMoving && next.inbox === undefined) return;
    await settings.set(name, JSON.stringify(next));
  };
  const moveTo = async (to: number, made: boolean) => {
    const home = saved.inbox === undefined ? saved.home : newHome();
    await write({ ...saved, home, inbox: to, made });
  };
  if (!text || retired) await write(active);
  if (isMoving) {
    const { inbox: _before, made: _made, ...rest } = saved;
    saved = { ...rest, home: newHome() };
  }

  return {
    get saved() {
      return saved;
    },
    installation: await installationOf(settings),
    async reload() {
      const now = isMoving ? undefined : await settings.get(name);
      if (now) saved = JSON.parse(now) as Saved; // written above
    },
    save: (change) => write({ ...saved, ...change }),
    moveTo,
  };
}

async function installationOf(settings: Settings): Promise<string> {
  const name = 'chatwoot installation';
  const known = await settings.get(name);
  if (known !== undefined) return known;
  const made = random(9);
  await settings.set(name, made);
  return made;
}
