import { sleep } from '../kit/numbers.ts';
import { hello, newId, type Wire } from '../kit/wire.ts';
import type { World } from './world.ts';

/* What many rows do: conversations that people own, files, the webhook. */

interface Message {
  id: string;
  text: string;
  author: { kind: string; name?: string };
  files?: { name: string; url: string; type: string }[];
  choices?: { title: string; value: string }[];
}
interface LogEvent {
  seq: number;
  kind: string;
  message?: Message;
  because?: string;
  handoff?: { phase: string };
}

/** Waits until something is so, looking as seldom as the limits for visitors want it. */
export async function until(condition: () => Promise<boolean>, what: string, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(200);
  }
}

/** All that the visitor sees, read anew. */
export async function logOf(wire: Wire): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  for (;;) {
    const reply = await wire.ask('log:read', { after: events.length });
    if (!reply.ok) throw new Error(`log:read was refused: ${reply.refusal}`);
    const page = reply.value['events'] as LogEvent[]; // the wire's tables say so
    events.push(...page);
    if (page.length === 0 || events.length >= Number(reply.value['seq'])) return events;
  }
}

export const textsOf = async (wire: Wire): Promise<string[]> =>
  (await logOf(wire)).flatMap(({ message }) => (message ? [message.text] : []));

/** The newest conversation at the desk in which somebody said this. */
export async function conversationWith(world: World, text: string): Promise<number> {
  let found = 0;
  await until(async () => {
    const all = await world.administrator.conversations();
    for (const { id } of all.reverse().slice(0, 30)) {
      const messages = await world.administrator.messages(id);
      if (messages.some(({ content }) => content?.includes(text))) return (found = id) > 0;
    }
    return false;
  }, `“${text}” at the desk`);
  return found;
}

/** Says hello, says a first thing, asks for a person, and a person answers. @returns the conversation at the desk */
export async function takenUp(world: World, wire: Wire, more: object = {}): Promise<number> {
  await hello(wire, more);
  const mark = `mark ${newId()}`;
  const said = await wire.ask('message:send', { id: newId(), text: mark });
  if (!said.ok) throw new Error(`the first message was refused: ${said.refusal}`);
  const id = await conversationWith(world, mark);
  const asked = await wire.ask('handoff:ask', { id: newId() });
  if (!asked.ok) throw new Error(`a person was refused: ${asked.refusal}`);
  await until(async () => {
    const found = (await world.administrator.conversations()).find((each) => each.id === id);
    return found?.status === 'open';
  }, 'the handoff at the desk');
  await world.administrator.call('POST', `/conversations/${id}/messages`, { content: 'Hello, a person here.' });
  await seen(wire, 'Hello, a person here.');
  return id;
}

/** Waits until the visitor has it. */
export const seen = (wire: Wire, text: string): Promise<void> =>
  until(async () => (await textsOf(wire)).some((each) => each.includes(text)), `“${text}” at the visitor`, 20_000);

/** An agent sends a file. */
export async function attachFile(
  world: World,
  name: string,
  bytes: Buffer,
  type = 'application/octet-stream',
  id: number,
) {
  const form = new FormData();
  form.append('content', `file ${name}`);
  form.append('attachments[]', new Blob([new Uint8Array(bytes)], { type }), name);
  const answer = await fetch(`${world.stage.sandboxUrl}/api/v1/accounts/1/conversations/${id}/messages`, {
    method: 'POST',
    headers: { 'api-access-token': 'sandbox-administrator' },
    body: form,
  });
  if (!answer.ok) throw new Error(`the desk refused a file: ${answer.status}`);
}

/** The path under which a visitor downloads what an agent sends. */
export async function fileLinkFor(world: World, wire: Wire, send: (to: number) => Promise<void>): Promise<string> {
  await send(await takenUp(world, wire));
  let link = '';
  await until(async () => {
    link = (await logOf(wire)).flatMap(({ message }) => message?.files ?? []).at(-1)?.url ?? '';
    return link !== '';
  }, 'a file at the visitor');
  return link;
}

/** Where the desk delivers to, with the secret in its path. */
export async function webhookAddress(world: World): Promise<URL> {
  const { payload } = await world.administrator.call<{ payload: { webhook_url?: string }[] }>('GET', '/inboxes');
  const address = payload.find(({ webhook_url }) => webhook_url)?.webhook_url;
  if (!address) throw new Error('the inbox has no webhook');
  return new URL(address);
}
