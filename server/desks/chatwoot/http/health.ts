import { BoundedMap } from '../../../bounded-map.ts';
import type { Log } from '../../../log.ts';
import { isRead } from './classify.ts';
import type { Answer, Ask, Denied } from './answer.ts';

/** How the desk is. One line in the log on each change, never one a request. */
export interface Health {
  readonly well: boolean;
  /** It answers, our token and our account are good, and the inbox may be read; single things may be refused. */
  readonly reachable: boolean;
  /** Something is refused to us for want of a right. */
  readonly denied: boolean;
  /** A request begins. @returns its number, to be given with its answer */
  began(): number;
  saw(ask: Request, answer: Answer<unknown>, number: number): void;
}

type Request = Pick<Ask<unknown>, 'method' | 'path' | 'as' | 'looksUp'>;

/** What the rights are about, the most basic first. */
const rank: Record<Denied, number> = { token: 2, account: 1, action: 0 };
/** What was refused and is not asked for again counts for so long, milliseconds: what waits asks more often. */
const forgetMs = 90_000;
/** So many things that are refused are told apart. */
const mostThings = 200;

interface Parts {
  log: Log;
  /** Where the desk is; a wrong address is the first thing to look for. */
  url: string;
  now: () => number;
  /** A right is gone: says so, once, with what to do. */
  lost: (right: Denied, why: string) => void;
}

/**
 * A right that is gone is back only when it is used again for the same conversation, inbox or list: a token that may not
 * see an inbox still reads profiles, teams and empty lists. A right to write is one to read, but not the other way round.
 * What was asked before the refusal came proves nothing, though it is answered later.
 */
export function createHealth({ log, url, now, lost }: Parts): Health {
  let state: 'unknown' | 'well' | 'away' = 'unknown';
  /** What is refused now, by the thing that it is about. */
  const refused = new BoundedMap<
    string,
    { right: Denied; reading: boolean; writing: boolean; at: number; after: number }
  >(mostThings);
  let begun = 0;
  /** The most basic right that was said to be gone. */
  let said: Denied | null = null;

  function deny(ask: Request, right: Denied, why: string): void {
    const thing = thingOf(ask);
    const before = refused.get(thing);
    const reading = isRead(ask) || before?.reading === true;
    const writing = !isRead(ask) || before?.writing === true;
    refused.set(thing, { right, reading, writing, at: now(), after: begun });
    if (said !== null && rank[said] >= rank[right]) return;
    said = right;
    lost(right, why);
  }

  function allow(ask: Request, number: number): void {
    const thing = thingOf(ask);
    const inAccount = !ask.path.startsWith('/');
    for (const [one, refusal] of refused) {
      const { right, writing, at, after } = refusal;
      if (number <= after) continue;
      if (one === thing) refusal.reading = false;
      const isSame = one === thing && (!writing || !isRead(ask));
      const isBack = right === 'token' || (right === 'account' && inAccount) || isSame;
      if (isBack || now() - at > forgetMs) refused.delete(one);
    }
    if (said === null || refused.size > 0) return;
    said = null;
    log.info({}, 'the desk lets us do everything again');
  }

  return {
    get well() {
      return state === 'well' && refused.size === 0;
    },
    get reachable() {
      const isBasic = ([thing, { right, reading }]: [string, { right: Denied; reading: boolean }]) =>
        right !== 'action' || (reading && thing.startsWith('user inboxes/'));
      return state === 'well' && ![...refused].some(isBasic);
    },
    get denied() {
      return refused.size > 0;
    },
    began: () => (begun += 1),
    saw(ask, answer, number) {
      if (answer.ok) {
        if (state === 'away') log.info({}, 'the desk answers again');
        state = 'well';
        if (ask.as !== 'nobody') allow(ask, number);
      } else if (answer.denied) {
        deny(ask, answer.denied, answer.why);
      } else if (answer.away && state !== 'away') {
        state = 'away';
        const sentence = 'Chatwoot does not answer; what is for it waits (is CHATWOOT_URL right, and is it running?)';
        log.warn({ url, why: answer.why }, sentence);
      }
    },
  };
}

/** `user conversations/7`, whatever was asked of it. */
const thingOf = ({ as = 'user', path }: Request): string => `${as} ${path.split('/').slice(0, 2).join('/')}`;
