import { RelayError } from '../../../errors.ts';
import type { Api } from '../http/api.ts';
import { readTeams } from '../http/calls.ts';
import { findBot } from './provision-bot.ts';
import { findInbox, setWebhook, takeInbox } from './provision-inbox.ts';
import { inviteTeams } from './provision-teams.ts';
import type { Provisioned } from '../shared.ts';
import { Profile, Version } from '../http/shapes.ts';
import { isOurWebhook } from '../webhook-path.ts';
import type { ChatwootOptions } from '../options.ts';
import { defineAttributes } from '../attributes.ts';
import { need, type Setup } from './need.ts';

/**
 * Makes the desk ready, or finds it so: bot, inbox, its members, webhook, attributes. Repeating it changes nothing.
 * @throws {RelayError} where only the operator can help, with what to do
 * @throws {NotNow} where the desk cannot be asked now
 */
export async function provision(parts: Omit<Setup, 'user'>): Promise<Provisioned & { pubsubToken: string }> {
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
  if (!options.publicUrl && inbox.webhook_url && !isOurWebhook(inbox.webhook_url)) {
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
  const version = await readVersion(api, url);
  const { id, accounts, pubsub_token: pubsubToken } = await readProfile(api);
  const own = accounts.find((one) => one.id === account);
  if (!own) {
    const theirs = accounts.map((one) => `${one.id} (${one.name ?? ''})`).join(', ') || 'none';
    throw new RelayError(`the access token’s user is not in account ${account}; it is in: ${theirs}`, {
      remedy: `set CHATWOOT_ACCOUNT_ID to the number in the dashboard’s address, after /accounts/, or add this user to account ${account}`,
    });
  }
  return { version, pubsubToken, user: { id, administrator: own.role === 'administrator' } };
}

/**
 * @throws {RelayError} where there is no Chatwoot
 * @throws {NotNow} where nobody answers
 */
export async function readVersion(api: Api, url: string): Promise<string> {
  const about = await api.ask({ method: 'GET', path: '/api', as: 'nobody', answer: Version });
  if (!about.ok && about.status === 404) {
    throw new RelayError(`there is no Chatwoot at ${safe(url)}`, { remedy: 'set CHATWOOT_URL to its address' });
  }
  return need(about).version;
}

/**
 * Whose the token is.
 * @throws {RelayError} where it is nobody's
 * @throws {NotNow}
 */
export async function readProfile(api: Api): Promise<Profile> {
  const profile = await api.ask({ method: 'GET', path: '/api/v1/profile', answer: Profile });
  if (!profile.ok && profile.status === 401) {
    throw new RelayError('the desk does not know our access token', {
      remedy: 'set CHATWOOT_TOKEN to the one on the profile page of an administrator',
    });
  }
  return need(profile);
}

/** An address without what may be secret in it. */
export function safe(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'the configured address';
}
