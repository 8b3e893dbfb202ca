import { z } from 'zod';
import { RelayError } from '../../../errors.ts';
import { silent, type Log } from '../../../log.ts';
import type { DeskThread } from '../../desk.ts';
import { openChatwoot, type ChatwootDesk } from '../chatwoot-desk.ts';
import { openChatwootEraser } from '../chatwoot-eraser.ts';
import type { Address } from '../http/address.ts';
import type { Api } from '../http/api.ts';
import { readTeams } from '../http/calls.ts';
import { Anything, Inbox, InboxBot, Team } from '../http/shapes.ts';
import type { Settings } from '../options.ts';
import { settingsPrefix, type Saved } from '../setup/saved.ts';

/** How long Chatwoot may take to be set up, milliseconds. */
const setUpMs = 60_000;

const Definitions = z.array(z.object({ id: z.number().int(), attribute_key: z.string() }));

interface Parts {
  options: { url: string; token: string; inbox?: number };
  address: Address;
  account: number;
  api: Api;
  name: string;
}

/** What the check makes at the desk, and how it is taken back. */
export function createMade({ options, address, account, api, name }: Parts) {
  const settings = inMemory();
  const threads: DeskThread[] = [];
  const teams: Team[] = [];
  const refused: string[] = [];
  let desk: ChatwootDesk | undefined;
  let inboxBefore: Inbox | undefined;
  let definedBefore: Set<string> | undefined;
  const definitions = () =>
    api.ask({
      method: 'GET',
      path: 'custom_attribute_definitions',
      query: { attribute_model: 0 },
      answer: Definitions,
    });

  /** @returns why it is still there; undefined where it is gone */
  async function remove(path: string): Promise<string | undefined> {
    const answer = await api.ask({ method: 'DELETE', path, answer: Anything });
    return answer.ok || answer.gone ? undefined : answer.why;
  }

  async function restoreInbox(before: Inbox): Promise<string | undefined> {
    const path = `inboxes/${before.id}`;
    const channel = { additional_attributes: before.additional_attributes ?? {} };
    const marks = await api.ask({ method: 'PATCH', path, body: { channel }, answer: Inbox });
    const body = { agent_bot: null };
    const bot = await api.ask({ method: 'POST', path: `${path}/set_agent_bot`, body, answer: Anything });
    return [marks, bot].flatMap((answer) => (answer.ok ? [] : [answer.why]))[0];
  }

  return {
    refused,
    began: (thread: DeskThread) => void threads.push(thread),
    /** Looks at what is there already, so that it stays. @returns the teams */
    async lookFirst(): Promise<Team[]> {
      if (options.inbox !== undefined) inboxBefore = await freeInbox(api, options.inbox);
      const defined = await definitions();
      if (defined.ok) definedBefore = new Set(defined.body.map((one) => one.attribute_key));
      const there = await readTeams(api);
      return there.ok ? there.body : [];
    },
    async teams(): Promise<[string, string]> {
      const names: [string, string] = [`${name.toLowerCase()} one`, `${name.toLowerCase()} two`];
      for (const each of names) {
        const team = { name: each, description: 'Made to try this desk; may be deleted', allow_auto_assign: false };
        const answer = await api.ask({ method: 'POST', path: 'teams', body: team, answer: Team });
        if (answer.ok) teams.push(answer.body);
        else refused.push(`The desk made no team for us: ${answer.why}.`);
      }
      return names;
    },
    async desk(): Promise<ChatwootDesk> {
      const { url, token, inbox } = options;
      const heard = keepsReason();
      desk = await openChatwoot({
        ...{ url, token, account, settings, botName: name, siteName: 'desk-check', log: heard.log, waitMs: setUpMs },
        ...(inbox === undefined ? {} : { inbox }),
      });
      if (desk.provisioned() !== null) return desk;
      throw new RelayError(`the desk could not be set up: ${heard.why() ?? 'it refuses what that needs'}`);
    },
    async takeBack(): Promise<{ removed: string[]; left: string[] }> {
      const removed: string[] = [];
      const left: string[] = [];
      const note = (what: string, why: string | undefined) =>
        void (why === undefined ? removed.push(what) : left.push(`${what} (${why})`));
      await desk?.close();
      const { url, token } = options;
      await using eraser = await openChatwootEraser({ url, account, token, settings, log: silent });
      const erased = threads.length > 0 ? await eraser.erase(threads) : undefined;
      if (erased?.result === 'away') left.push(`${threads.length} conversations with their contacts (${erased.why})`);
      if (erased?.result === 'done') {
        removed.push(...erased.removed);
        left.push(...erased.left);
      }
      for (const { id, name: called } of teams) note(`team ${id} (${called})`, await remove(`teams/${id}`));
      const saved = settings.saved(`${settingsPrefix(address, account)} ${name}`);
      if (saved?.inbox !== undefined && saved.made) {
        note(`inbox ${saved.inbox} (${name})`, await remove(`inboxes/${saved.inbox}`));
      } else if (inboxBefore && saved?.inbox !== undefined) {
        const why = await restoreInbox(inboxBefore);
        if (why !== undefined) left.push(`our bot and our marks on inbox ${inboxBefore.id} (${why})`);
      }
      if (saved?.bot) note(`bot ${saved.bot.id} (${name})`, await remove(`agent_bots/${saved.bot.id}`));
      const defined = definedBefore ? await definitions() : undefined;
      for (const { id, attribute_key: key } of defined?.ok ? defined.body : []) {
        if (!key.startsWith('baton_') || definedBefore?.has(key)) continue;
        note(`attribute ${key}`, await remove(`custom_attribute_definitions/${id}`));
      }
      await api.close();
      return { removed, left };
    },
  };
}

/** An inbox that nothing uses: our bot and our marks may be on it for a moment. */
async function freeInbox(api: Api, id: number): Promise<Inbox> {
  const answer = await api.ask({ method: 'GET', path: `inboxes/${id}`, answer: Inbox });
  if (!answer.ok) throw new RelayError(answer.gone ? `there is no inbox ${id} in this account` : answer.why);
  const inbox = answer.body;
  const bot = await api.ask({ method: 'GET', path: `inboxes/${id}/agent_bot`, answer: InboxBot });
  const uses = [
    ...(inbox.webhook_url ? ['a webhook'] : []),
    ...(inbox.additional_attributes?.['baton'] === undefined ? [] : ['a Baton']),
    ...(bot.ok && bot.body.agent_bot ? ['a bot'] : []),
  ];
  if (uses.length === 0) return inbox;
  throw new RelayError(`inbox ${id} is in use by ${uses.join(', ')}: without --inbox one is made for the check`);
}

/** Settings that end with the check. */
function inMemory() {
  const all = new Map<string, string>();
  const settings: Settings & { list(prefix: string): Promise<{ name: string; value: string }[]> } = {
    get: (name) => Promise.resolve(all.get(name)),
    set: (name, value) => Promise.resolve(void all.set(name, value)),
    list: (prefix) =>
      Promise.resolve([...all].flatMap(([name, value]) => (name.startsWith(prefix) ? [{ name, value }] : []))),
  };
  const saved = (name: string): Saved | undefined => {
    const text = all.get(name);
    return text === undefined ? undefined : (JSON.parse(text) as Saved); // written by the set-up alone
  };
  return { ...settings, saved };
}

/** A log that keeps why the set-up did not work. */
function keepsReason(): { log: Log; why(): string | undefined } {
  let kept: string | undefined;
  const keep = (fields: object) => {
    if ('why' in fields && typeof fields.why === 'string') kept = fields.why;
  };
  return { log: { info() {}, warn: keep, error: keep }, why: () => kept };
}
