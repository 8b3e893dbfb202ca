import { createHash, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { isSameSecret } from '../same-secret.ts';

/*
 * A token is the right to one conversation, handed out before anything is stored: signed, so that the relay
 * recognises its own; random, so that nobody guesses one. The conversation it names is made with its first word.
 */

const Claims = z.object({
  site: z.string(),
  visitor: z.string(),
  conversation: z.string(),
  /** What makes it unguessable, and one of a kind. */
  random: z.string(),
  /** Milliseconds since 1970. */
  issuedAt: z.number(),
  expiresAt: z.number(),
  /** The hash of the token that this one follows; it counts once it is used. */
  after: z.string().optional(),
});
export type Claims = z.infer<typeof Claims>;

export interface Tokens {
  /** A token for somebody new, or the next one of somebody known. */
  mint(site: string, follows?: Claims & { token: string }): { token: string; claims: Claims };
  /** @returns what it says; undefined where it is not ours, is for another site, or is over */
  read(token: string, site: string): Claims | undefined;
}

interface Options {
  /** 32 random bytes, for this purpose alone. */
  key: Buffer;
  lifeMs: number;
  now(): number;
}

/** The form of an id that grants nothing by being known: 16 random bytes, base64url. */
export function newId(): string {
  return randomBytes(16).toString('base64url');
}

/** What the store keeps of a token, base64url. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

export function createTokens({ key, lifeMs, now }: Options): Tokens {
  const sign = (payload: string) => createHmac('sha256', key).update(`v1.${payload}`).digest('base64url');
  return {
    mint(site, follows) {
      const issuedAt = now();
      const claims: Claims = {
        site,
        visitor: follows?.visitor ?? newId(),
        conversation: follows?.conversation ?? newId(),
        random: newId(),
        issuedAt,
        expiresAt: issuedAt + lifeMs,
        ...(follows ? { after: hashOf(follows.token) } : {}),
      };
      const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return { token: `v1.${payload}.${sign(payload)}`, claims };
    },
    read(token, site) {
      const [version, payload, mac, more] = token.split('.');
      if (version !== 'v1' || !payload || !mac || more !== undefined) return undefined;
      // As text: base64url ignores stray bits, and a second spelling would be a second token.
      if (!isSameSecret(mac, sign(payload))) return undefined;
      const claims = Claims.safeParse(parseJson(payload));
      if (!claims.success || claims.data.site !== site || claims.data.expiresAt <= now()) return undefined;
      return claims.data;
    },
  };
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
