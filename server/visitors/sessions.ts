import { RelayError } from '../errors.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Loaded } from '../conversation/draft.ts';
import type { Session, Store } from '../stores/store.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import { createThrottle } from '../throttle.ts';
import { hashOf, type Claims, type Tokens } from './tokens.ts';

/** A browser's right to a conversation, checked. */
export interface Right {
  token: string;
  claims: Claims;
  /** Undefined until something was said. */
  loaded: Loaded | undefined;
  /** The next token, where this one is old; it counts once it is used. */
  next: string | undefined;
}

interface Parts {
  tokens: Tokens;
  store: Store;
  conversations: Conversations;
  now(): number;
  rotationMs: number;
  log: Log;
}

export interface Sessions {
  /** @throws {RelayError} `expired` where the token is not good any more */
  open(site: string, token: string | undefined): Promise<Right>;
  /** The row that goes into the commit of the first word. */
  row(right: Pick<Right, 'token' | 'claims'>): Session;
}

/** A replaced token goes on for this long, for another tab that still holds it. */
const graceMs = 60_000;
const hourMs = 3_600_000;

export function createSessions({ tokens, store, conversations, now, rotationMs, log }: Parts): Sessions {
  const throttle = createThrottle(now);
  const row = ({ token, claims }: Pick<Right, 'token' | 'claims'>): Session => ({
    hash: hashOf(token),
    conversation: claims.conversation,
    site: claims.site,
    createdAt: now(),
    expiresAt: claims.expiresAt,
    heir: null,
  });
  const expired = () => new RelayError('a token is no longer good', { refusal: 'expired' });

  /** The first use of a rotated token: from now on it is the one. */
  async function follow(token: string, claims: Claims, before: Session | undefined): Promise<void> {
    // Two tabs may each have been given a next one. The browser keeps one of the two, perhaps not the one that was used
    // first; so what counts is that the old one was good when this one was made.
    if (!before || before.conversation !== claims.conversation || before.expiresAt <= claims.issuedAt) throw expired();
    await conversations.decide(claims.conversation, (draft) => {
      draft.session(row({ token, claims }));
      draft.session({ ...before, expiresAt: Math.min(before.expiresAt, now() + graceMs) });
    });
  }

  /**
   * Several tabs may each have been given a next token for the same old one. The first of these that is still used when
   * it is due to be replaced itself becomes the heir, and the others are refused from then on: a browser keeps one token
   * for all its tabs, so by then any other is somebody else's copy.
   */
  async function inherit(token: string, claims: Claims, before: Session): Promise<void> {
    await conversations.decideAlone(claims.conversation, async (draft) => {
      // As it is by now: another may have been quicker.
      const latest = (await store.session(before.hash)) ?? before;
      if (latest.heir === null) draft.session({ ...latest, heir: hashOf(token) });
      else if (latest.heir !== hashOf(token)) throw expired();
    });
  }

  return {
    row,
    async open(site, token) {
      if (token === undefined) return { ...tokens.mint(site), loaded: undefined, next: undefined };
      const claims = tokens.read(token, site);
      if (!claims) throw expired();
      const loaded = await conversations.loadFresh(claims.conversation);
      // Nothing was said under it yet, or what was said is lost with an old backup: it begins (anew) with the next word.
      if (!loaded) return { token, claims, loaded, next: undefined };
      const before = claims.after === undefined ? undefined : await store.session(claims.after);
      if (before && before.heir !== null && before.heir !== hashOf(token)) {
        throttle(claims.conversation, hourMs, (times) =>
          log.warn(
            { conversation: shortName(claims.conversation), times },
            'two browsers held the token of one conversation; the later one was turned away',
          ),
        );
        throw expired();
      }
      const session = await store.session(hashOf(token));
      if (!session) await follow(token, claims, before);
      else if (session.expiresAt <= now() || session.conversation !== claims.conversation) throw expired();
      const old = now() - claims.issuedAt > rotationMs;
      if (old && before?.heir === null) await inherit(token, claims, before);
      return { token, claims, loaded, next: old ? tokens.mint(site, { ...claims, token }).token : undefined };
    },
  };
}
