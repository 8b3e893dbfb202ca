import type { IncomingMessage } from 'node:http';
import type { Express, Request } from 'express';
import type { Log } from './log.ts';
import { createThrottle } from './throttle.ts';
import type { Address } from './visitors/address.ts';
import { createRequestLimit } from './visitors/request-limit.ts';

/** Where a desk's deliveries come in, if it makes any. */
export interface Doorbell {
  /** An Express route, such as `/incoming/:site/:secret`. */
  route: string;
  /** Whether this is the desk's own address, by what stands in the path. Asked before the body is read. */
  knows(params: Record<string, string>): boolean;
  /**
   * Hears one delivery. Must answer at once; what it means is found out afterwards.
   * @param raw the body; null where it was too long to be kept: then anything may have happened at the desk
   * @returns the HTTP status
   */
  ring(
    raw: Buffer | null,
    headers: Record<string, string | string[] | undefined>,
    params: Record<string, string>,
  ): number;
}

/**
 * The longest delivery that is kept, in bytes. Few are longer: the desk allows 150,000 characters in a message, and may
 * say each three times and in six bytes.
 */
const longestKept = 256 * 1024;
/** What is longer than this is no delivery, in bytes. */
const longestRead = 8 * 1024 * 1024;
/** Wrong secrets from one address in a minute, before it is told that it is too fast. */
const mostMisses = 20;
/** A wrong secret is logged this seldom, in milliseconds. */
const complainEveryMs = 10 * 60_000;

/** Lets deliveries in. The secret in the path is looked at first: nobody else's body is read at all. */
export function openDoorbells(
  app: Express,
  doorbells: readonly Doorbell[],
  { addressOf, log }: { addressOf(request: Request): Address; log: Log },
): void {
  const isOneTooMany = createRequestLimit(mostMisses, 60);
  const throttle = createThrottle(() => performance.now());

  function complain() {
    const remedy = 'if this was Chatwoot, start the relay again: it writes the right address into the inbox';
    throttle('wrong secret', complainEveryMs, (times) =>
      log.warn({ times, remedy }, 'a delivery came with a wrong secret in its address; it was not read'),
    );
  }

  for (const { route, knows, ring } of doorbells) {
    app.post(route, async (req, res) => {
      const params = req.params as Record<string, string>; // no route of ours has a repeated parameter
      if (!knows(params)) {
        complain();
        const isMany = await isOneTooMany(addressOf(req));
        // Closed, because Node would go on to read the body, only to throw it away.
        return void res
          .status(isMany ? 429 : 404)
          .set('connection', 'close')
          .end();
      }
      const raw = await readBody(req);
      if (raw === 'none') return;
      if (raw === 'too long') return void res.status(413).set('connection', 'close').end();
      res.status(ring(raw, req.headers, params)).end();
    });
  }
}

/**
 * @returns null where it is longer than is kept, `too long` where it is longer than is read, `none` where nobody waits
 *   for an answer any more
 */
async function readBody(request: IncomingMessage): Promise<Buffer | null | 'too long' | 'none'> {
  if (Number(request.headers['content-length']) > longestRead) return 'too long';
  let kept: Buffer[] = [];
  let length = 0;
  try {
    // The request must outlive the loop, or nothing could be answered any more.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > longestRead) return 'too long';
      // Read to its end all the same: a desk that is cut off takes the delivery for failed.
      if (length > longestKept) kept = [];
      else kept.push(chunk);
    }
  } catch {
    return 'none';
  }
  return length > longestKept ? null : Buffer.concat(kept);
}
