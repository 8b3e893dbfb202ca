import { RelayError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Answer, Api } from '../http/api.ts';
import type { Trouble } from '../http/classify.ts';
import { readTeams } from '../http/calls.ts';
import { findBot } from './provision-bot.ts';
import { findInbox, setWebhook, takeInbox } from './provision-inbox.ts';
import { inviteTeams } from './provision-teams.ts';
import { isOurs, type ChatwootOptions, type Place } from '../place.ts';
import type { Memory } from './saved.ts';
import { Anything, Definitions, Profile, Version, type Team } from '../http/shapes.ts';

/** What setting up has in hand. */
export interface Setup {
  api: Api;
  options: ChatwootOptions;
  log: Log;
  memory: Memory;
  /** Random, one a process: another one in the inbox means that another relay uses it, too. */
  run: string;
  sawTeams: (teams: Team[]) => void;
  /** The token's user. */
  user: { id: number; administrator: boolean };
}

/** The desk cannot be asked now; setting up begins again later. */
export class NotNow extends Error {
  readonly trouble: Trouble;
  constructor(trouble: Trouble) {
    super(trouble.why);
    this.trouble = trouble;
  }
}

/** @throws NotNow */
export function need<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.body;
  throw new NotNow(answer);
}

/** The attributes that agents see beside a conversation; those without a definition are never shown. */
const attributes: Record<string, string> = {
  language: 'Language',
  page: 'Page',
  skills: 'Unfinished',
  reason: 'Why a person',
};

/** Our names at the desk, where every program of the account has its own. */
export const attributeKey = (name: string): string => `baton_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;

/**
 * Makes the desk ready, or finds it so: bot, inbox, its members, webhook, attributes. Repeating it changes nothing.
 * @throws {RelayError} where only the operator can help, with what to do
 * @throws {NotNow} where the desk cannot be asked now
 */
export async function provision(parts: Omit<Setup, 'user'>): Promise<Place & { pubsubToken: string }> {
  const { api, options, memory, log } = parts;
  const { version, user, pubsubToken } = await whoAreWe(api, options);
  const setup: Setup = { ...parts, user };
  const known = memory.saved.inbox !== undefined && memory.saved.bot !== undefined;
  if (!user.administrator && !known) {
    throw new RelayError(`the access token belongs to a user who is no administrator of account ${options.account}`, {
      remedy: 'set CHATWOOT_TOKEN to an administrator’s; once the desk is set up, an agent’s is enough',
    });
  }
  const teams = need(await readTeams(api));
  parts.sawTeams(teams);
  const bot = await findBot(setup);
  api.setBotToken(bot.token);
  const inbox = await findInbox(setup);
  if (user.administrator) {
    await takeInbox(setup, inbox, bot);
    await setWebhook(setup, inbox);
    await inviteTeams(setup, inbox, teams);
  } else {
    log.warn({ inbox: inbox.id }, 'the token’s user is no administrator (any more): the desk is used as it was set up');
  }
  await defineAttributes(api);
  if (inbox.secret) await memory.save({ signingSecret: inbox.secret });
  if (!options.publicUrl && inbox.webhook_url && !isOurs(inbox.webhook_url)) {
    log.info({ inbox: inbox.id }, 'the inbox has a webhook of another program; it is left as it is');
  }
  return {
    version,
    inbox: inbox.id,
    single: inbox.lock_to_single_conversation ?? false,
    bot: { id: bot.id, name: bot.name },
    user,
    pubsubToken,
  };
}

async function whoAreWe(api: Api, { url, account }: ChatwootOptions) {
  const about = await api.ask({ method: 'GET', path: '/api', as: 'nobody', answer: Version });
  if (!about.ok && about.status === 404) {
    throw new RelayError(`there is no Chatwoot at ${safe(url)}`, { remedy: 'set CHATWOOT_URL to its address' });
  }
  const { version } = need(about);
  const profile = await api.ask({ method: 'GET', path: '/api/v1/profile', answer: Profile });
  if (!profile.ok && profile.status === 401) {
    throw new RelayError('the desk does not know our access token', {
      remedy: 'set CHATWOOT_TOKEN to the one on the profile page of an administrator',
    });
  }
  const { id, accounts, pubsub_token: pubsubToken } = need(profile);
  const own = accounts.find((one) => one.id === account);
  if (!own) {
    const theirs = accounts.map((one) => `${one.id} (${one.name ?? ''})`).join(', ') || 'none';
    throw new RelayError(`the access token’s user is not in account ${account}; it is in: ${theirs}`, {
      remedy: `set CHATWOOT_ACCOUNT_ID to the number in the dashboard’s address, after /accounts/, or add this user to account ${account}`,
    });
  }
  return { version, pubsubToken, user: { id, administrator: own.role === 'administrator' } };
}

/** Best effort: a missing definition hides a value from the agents, no more. */
async function defineAttributes(api: Api): Promise<void> {
  const path = 'custom_attribute_definitions';
  const defined = await api.ask({ method: 'GET', path, query: { attribute_model: 0 }, answer: Definitions });
  if (!defined.ok) return;
  const there = new Set(defined.body.map((one) => one.attribute_key));
  for (const [name, title] of Object.entries(attributes)) {
    if (!there.has(attributeKey(name))) await defineAttribute(api, name, title);
  }
}

/** Taken already is fine, too. */
export async function defineAttribute(api: Api, name: string, title = name): Promise<void> {
  const attribute = {
    attribute_display_name: title,
    attribute_key: attributeKey(name),
    attribute_display_type: 0,
    attribute_model: 0,
    attribute_description: 'Written by Baton',
  };
  await api.ask({ method: 'POST', path: 'custom_attribute_definitions', body: attribute, answer: Anything });
}

/** An address without what may be secret in it. */
export function safe(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the configured address';
}
