import { createHmac, randomUUID } from 'node:crypto';
import { isPrivate, withoutUser } from './address.ts';
import type { Desk } from './desk.ts';
import type { Version } from './model.ts';

/** What HTTP calls the statuses that tests answer with. */
const reasons: Record<number, string> = { 302: 'Found', 404: 'Not Found', 500: 'Internal Server Error' };

/** 4.14 goes where it is sent on to, so often. */
const mostHops = 10;

/**
 * Posts one delivery, signed as the version signs.
 * @param id of the delivery; a second try has the same
 * @returns what went wrong, in Chatwoot's words; undefined where it was taken
 */
export async function post(
  desk: Desk,
  url: string,
  body: string,
  secret: string,
  id: string = randomUUID(),
  hops = 0,
): Promise<string | undefined> {
  const { switches } = desk;
  const signs = switches.signRequests ?? switches.chatwoot === '4.14';
  const timestamp = String(Math.floor(desk.now() / 1000));
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  try {
    if (switches.refusePrivateAddresses && (await isPrivate(url)))
      return `Hostname '${new URL(url).hostname}' has no public ip addresses`;
    const { href, authorization } = withoutUser(url);
    const answer = await fetch(href, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        // A connection for each, as Chatwoot does: one that is kept open may be closed just when it is used again.
        connection: 'close',
        'user-agent': switches.chatwoot === '4.14' ? 'Ruby' : 'rest-client/2.1.0 (linux-gnu x86_64) ruby/3.3.8p144',
        ...authorization,
        ...(signs || switches.chatwoot === '4.14' ? { 'x-chatwoot-delivery': id } : {}),
        ...(signs ? { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `sha256=${signature}` } : {}),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(switches.timeoutMs),
    });
    await answer.body?.cancel();
    const target = answer.status >= 300 && answer.status < 400 ? answer.headers.get('location') : null;
    if (target !== null && switches.chatwoot === '4.14' && hops < mostHops)
      return await post(desk, new URL(target, href).href, body, secret, id, hops + 1);
    return answer.ok ? undefined : `${answer.status} ${answer.statusText || reasons[answer.status] || ''}`.trim();
  } catch (error) {
    return failure(switches.chatwoot, url, error);
  }
}

function failure(version: Version, url: string, error: unknown): string {
  const ruby = version === '4.14';
  if (error instanceof Error && error.name === 'TimeoutError')
    return ruby ? 'Net::ReadTimeout with #<TCPSocket:(closed)>' : 'Timed out reading data from server';
  if (!URL.canParse(url)) return `bad URI (is not URI?): ${JSON.stringify(url)}`;
  const { hostname, port } = new URL(url);
  const at = `"${hostname}" port ${port || '80'}`;
  return `Failed to open TCP connection to ${hostname}:${port || '80'} (Connection refused - connect(2) for ${at})`;
}
