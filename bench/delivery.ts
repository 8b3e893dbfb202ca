import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { askDesk } from './desk.ts';
import type { Stage } from './stage.ts';

/** How Chatwoot signs. @returns what goes into the request's head */
export function signature(secret: string, body: Buffer): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const hash = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `sha256=${hash}` };
}

export interface Target {
  port: number;
  path: string;
  /** Signed with this, as Chatwoot does. */
  secret?: string;
}

/** A delivery as Chatwoot makes them, and where the relay wants it. */
export interface Delivery {
  target: Target;
  body: Buffer;
}

interface Inbox {
  id: number;
  webhook_url: string;
  secret?: string;
}
interface Recorded {
  webhook?: { body?: { event?: string; conversation: object; inbox: object; source_id: string | null } };
}

/**
 * A person's message, as a real server delivered it, but for this inbox, and in a thread that is somebody else's: so
 * that the answer is measured, and not what the relay then reads at the desk.
 */
export async function delivery({ sandbox }: Stage): Promise<Delivery> {
  const { payload } = await askDesk<{ payload: Inbox[] }>(sandbox.url, '/api/v1/accounts/1/inboxes', {
    token: 'sandbox-administrator',
  });
  const [inbox] = payload;
  if (!inbox?.webhook_url) throw new Error('the relay has not told the desk where its webhook is');
  const lines = readFileSync(new URL('../sandbox/recordings/4.14-05-agent-talks.jsonl', import.meta.url), 'utf8');
  const recorded = lines
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as Recorded).webhook?.body)
    .find((body) => body?.event === 'message_created' && body.source_id === null);
  if (!recorded) throw new Error('there is no such delivery among the recordings');
  const { pathname, port } = new URL(inbox.webhook_url);
  const body = { ...recorded, conversation: { ...recorded.conversation, inbox_id: inbox.id } };
  return {
    target: { port: Number(port), path: pathname, ...(inbox.secret ? { secret: inbox.secret } : {}) },
    body: Buffer.from(JSON.stringify(body)),
  };
}
