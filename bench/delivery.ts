import { readFileSync } from 'node:fs';
import type { Stage } from './stage.ts';
import type { Target } from './measure.ts';

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
  const answer = await fetch(`${sandbox.url}/api/v1/accounts/1/inboxes`, {
    headers: { 'api-access-token': 'sandbox-administrator' },
  });
  const { payload } = (await answer.json()) as { payload: Inbox[] };
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
