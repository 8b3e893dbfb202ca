import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { median } from './numbers.ts';
import type { Delivery } from './delivery.ts';
import { askDesk, conversationAt, fail, sayAt, slow, turn } from './desk.ts';
import type { Stage } from './stage.ts';
import { hello, openLight } from './visitor.ts';

/*
 * From hearing of a person's words to the visitor's screen, at a desk that takes 20 ms for a request: with the desk's
 * websocket, which tells all of it, and with the webhook alone, which only rings.
 */

export interface Heard {
  /** Microseconds, each the median. */
  bare: number;
  frame: number;
  webhook: number;
  /** Requests between hearing and showing, one after the other; the most there were. */
  requests: { frame: number; webhook: number };
}

const answersAfterMs = 20;
/** Until the relay has read all it heard of. */
const calmMs = 250;

const now = () => performance.timeOrigin + performance.now();

/** @param number of the visitor's conversation at the desk, which is the next one there */
export async function measureHearing(
  { relay, sandbox }: Stage,
  { target }: Delivery,
  number: number,
  each: number,
): Promise<Heard> {
  const ask = <Answer = Record<string, unknown>>(path: string, asked?: Parameters<typeof askDesk>[2]) =>
    askDesk<Answer>(sandbox.url, path, asked);
  const conversation = conversationAt(number);
  const say = (content: string) => sayAt(sandbox.url, number, content);

  const visitor = await openLight(relay.url);
  await hello(visitor);
  let shown: () => void = () => {};
  visitor.hears((event) => event.message?.author.kind === 'agent' && shown());
  const isShown = () => new Promise<number>((resolve) => (shown = () => resolve(now())));
  await new Promise<void>((resolve) => visitor.say(resolve));
  while (!(await ask(conversation).catch(() => undefined))) await sleep(50);
  await sleep(1_000); // the bot has answered, too
  const first = isShown();
  await say('Hello, this is Mara.');
  await first;

  const ear = await openCable(sandbox.url, await ask<Person[]>('/sandbox/people'));
  // Deliveries are made by hand, so that it is known when they are heard.
  await turn(sandbox.url, { hold: true });
  await fail(sandbox.url, slow(answersAfterMs));
  /** Those that had to be waited for, one after the other: two at the same time count as one. */
  const between = async (from: number, to: number) => {
    const all = await ask<Answered[]>('/sandbox/requests');
    const reads = all
      .filter(({ method, path }) => method === 'GET' && path.includes(conversation))
      .filter(({ answeredAt }) => answeredAt > from && answeredAt < to)
      .sort((one, other) => one.answeredAt - other.answeredAt);
    let count = 0;
    let last = 0;
    for (const { at, answeredAt } of reads) {
      if (at < last) continue;
      count += 1;
      last = answeredAt;
    }
    return count;
  };

  const took = { bare: [] as number[], frame: [] as number[], webhook: [] as number[] };
  const requests = { frame: 0, webhook: 0 };
  for (let i = 0; i < each; i += 1) {
    await sleep(calmMs);
    const begun = now();
    await ask(conversation);
    took.bare.push(1_000 * (now() - begun));

    await sleep(calmMs);
    const [told, screen] = [ear.next(), isShown()];
    await say(`by frame ${i}`);
    const [heardAt, at] = [await told, await screen];
    took.frame.push(1_000 * Math.max(0, at - heardAt));
    requests.frame = Math.max(requests.frame, await between(heardAt, at));

    await turn(sandbox.url, { quiet: true });
    await sleep(calmMs);
    const { id } = await say(`by webhook ${i}`);
    const body = {
      event: 'message_created',
      id,
      message_type: 'outgoing',
      private: false,
      conversation: { id: number, inbox_id: 1 },
    };
    const seen = isShown();
    const rungAt = now();
    await fetch(`${relay.url}${target.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const seenAt = await seen;
    took.webhook.push(1_000 * (seenAt - rungAt));
    requests.webhook = Math.max(requests.webhook, await between(rungAt, seenAt));
    await turn(sandbox.url, { quiet: false });
  }
  await fail(sandbox.url);
  await turn(sandbox.url, { hold: false });
  ear.close();
  visitor.close();
  return { bare: median(took.bare), frame: median(took.frame), webhook: median(took.webhook), requests };
}

interface Answered {
  method: string;
  path: string;
  at: number;
  answeredAt: number;
}

interface Person {
  id: number;
  name: string;
  pubsub_token: string;
}

/** Hears what the relay hears over the desk's websocket, at the same moment. */
async function openCable(url: string, people: Person[]): Promise<{ next(): Promise<number>; close(): void }> {
  const [administrator] = people;
  if (!administrator) throw new Error('there is nobody at the sandbox');
  const { id: user_id, pubsub_token } = administrator;
  const identifier = JSON.stringify({ channel: 'RoomChannel', pubsub_token, account_id: 1, user_id });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/cable`, 'actioncable-v1-json');
  let told: (at: number) => void = () => {};
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('message', (data: Buffer) => {
      const text = data.toString();
      if (text.includes('"welcome"')) socket.send(JSON.stringify({ command: 'subscribe', identifier }));
      else if (text.includes('"confirm_subscription"')) resolve();
      else if (text.includes('"message.created"')) told(now());
    });
  });
  return { next: () => new Promise((resolve) => (told = resolve)), close: () => socket.close() };
}
