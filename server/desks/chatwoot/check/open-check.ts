import { randomBytes } from 'node:crypto';
import { RelayError } from '../../../errors.ts';
import { silent } from '../../../log.ts';
import type { Hands } from '../../semantics.ts';
import { readAddress, type Address } from '../http/address.ts';
import { openApi, type Api } from '../http/api.ts';
import { NotNow } from '../setup/need.ts';
import { readProfile, readVersion, safe } from '../setup/provision.ts';
import { handsAt } from './hands.ts';
import { createMade } from './made.ts';

/*
 * A Chatwoot made ready to be tried: an inbox, a bot and two teams without members, all of a name that nobody else has,
 * so that nobody who works there is told anything. All of it is taken back afterwards, as far as Chatwoot allows.
 */

export interface CheckOptions {
  /** As people paste it. */
  url: string;
  token: string;
  /** The account's number; without it the only one that the token's user is in. */
  account?: number;
  /** An API inbox that nothing uses; without it one is made. */
  inbox?: number;
}

export interface CheckedDesk {
  /** Where it is and what it is, in one sentence. */
  about: string;
  /** The teams that were there, with their numbers. */
  teams: string[];
  hands: Hands;
  /** What could not be made ready, a sentence each. */
  refused: string[];
  /** Takes back all that was made. @returns names of what is gone, and of what is left, with the reason */
  takeBack(): Promise<{ removed: string[]; left: string[] }>;
}

/** @throws {RelayError} in one sentence, where there is nothing that could be tried */
export async function openChatwootCheck(options: CheckOptions): Promise<CheckedDesk> {
  const address = readAddress(options.url);
  if (!address) throw new RelayError('the first word is to be the address of a Chatwoot, such as https://desk.example');
  const { version, account, user } = await whereWeAre(address, options);
  const name = `Baton desk check ${randomBytes(3).toString('hex')}`;
  const api = openApi({ address, account: account.id, token: options.token, log: silent, now: Date.now });
  const made = createMade({ options, address, account: account.id, api, name });
  try {
    const there = await made.lookFirst();
    const [team, otherTeam] = await made.teams();
    const desk = await made.desk();
    const person = { key: String(user.id), name: user.name };
    return {
      about: `Chatwoot ${version} at ${safe(options.url)}, account ${account.id}${account.name ? ` (${account.name})` : ''}`,
      teams: there.map((one) => `${one.name} (${one.id})`),
      hands: { ...handsAt(api, desk), team, otherTeam, other: person, began: made.began },
      refused: made.refused,
      takeBack: made.takeBack,
    };
  } catch (error) {
    const { left } = await made.takeBack();
    if (!(error instanceof RelayError) || left.length === 0) throw error;
    throw new RelayError(`${error.message}; left there: ${left.join('; ')}`, { cause: error });
  }
}

/** Which Chatwoot, account and person this is. */
async function whereWeAre(address: Address, { url, token, account }: CheckOptions) {
  await using probe = closing(openApi({ address, account: account ?? 0, token, log: silent, now: Date.now }));
  try {
    const version = await readVersion(probe.api, url);
    const { id, name, accounts } = await readProfile(probe.api);
    const theirs = accounts.map((one) => `${one.id} (${one.name ?? ''})`).join(', ') || 'none';
    const found = account === undefined ? accounts : accounts.filter((one) => one.id === account);
    const [only] = found;
    if (account !== undefined && !only) {
      throw new RelayError(`the access token’s user is not in account ${account}; it is in: ${theirs}`);
    }
    if (!only || found.length > 1) throw new RelayError(`say which account with --account; there are: ${theirs}`);
    if (only.role !== 'administrator') {
      const who = 'the access token belongs to a user who is no administrator';
      throw new RelayError(`${who} of account ${only.id}, and nobody else may make an inbox`);
    }
    return { version, account: only, user: { id, name: name ?? 'Agent' } };
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    throw new RelayError(`there is no Chatwoot that answers at ${safe(url)}: ${error.message}`, { cause: error });
  }
}

const closing = (api: Api) => ({ api, [Symbol.asyncDispose]: () => api.close() });
