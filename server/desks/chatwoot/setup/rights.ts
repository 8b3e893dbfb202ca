import type { Api } from '../http/api.ts';
import { Profile } from '../http/shapes.ts';
import type { Denied } from '../http/answer.ts';

/** What to log of a right that is gone: who may do what no more, and what the operator can do. */
interface Loss {
  sentence: string;
  fields: { why: string; remedy: string; user?: number; name?: string; role?: string; inbox?: number };
}

/** Finds out what a refusal of the desk is about. Asks the desk who we are, where that helps. */
export async function explainLoss(
  api: Pick<Api, 'ask'>,
  { account, inbox }: { account: number; inbox: number | undefined },
  right: Denied,
  why: string,
): Promise<Loss> {
  if (right === 'token') {
    const remedy = 'set CHATWOOT_TOKEN to the access token of an administrator of this account';
    return { sentence: 'the desk refuses our access token; what is for it waits', fields: { why, remedy } };
  }
  if (/suspended/i.test(why)) {
    const remedy = `have account ${account} made active again`;
    return { sentence: 'our account at the desk is suspended; what is for it waits', fields: { why, remedy } };
  }
  const profile = await api.ask({ method: 'GET', path: '/api/v1/profile', answer: Profile });
  const user = profile.ok ? profile.body : undefined;
  const role = user?.accounts.find(({ id }) => id === account)?.role ?? undefined;
  const who = user ? { user: user.id, ...(user.name ? { name: user.name } : {}) } : {};
  if (right === 'account' || (user && role === undefined)) {
    const remedy = `add this user to account ${account} as an administrator, or set CHATWOOT_TOKEN to the access token of one`;
    const sentence = 'the user of our access token is not in the account any more; what is for it waits';
    return { sentence, fields: { ...who, why, remedy } };
  }
  const which = inbox === undefined ? 'the inbox' : `inbox ${inbox}`;
  const remedy =
    role === 'administrator'
      ? `they are an administrator: let their role see ${which} and everything in it, or set CHATWOOT_TOKEN to another administrator’s`
      : `make this user an administrator of account ${account}, or add them to ${which}`;
  return {
    sentence: 'the user of our access token lacks a right at the desk; what needs it waits',
    fields: { ...who, ...(role ? { role } : {}), ...(inbox === undefined ? {} : { inbox }), why, remedy },
  };
}
