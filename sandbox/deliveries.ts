import { createHmac, randomUUID } from 'node:crypto';
import { isPrivate, withoutUser } from './address.ts';
import type { Desk } from './desk.ts';
import type { News } from './news.ts';
import { compose, names, targets } from './payload.ts';
import type { Target } from './payload.ts';
import { chance } from './switches.ts';

/** One request that left, or would have, for those who watch: the agent's page, tests. */
export interface Delivery {
  id: string;
  event: string;
  url: string;
  at: number;
  outcome: 'sent' | 'dropped' | 'failed';
  error?: string;
}

export interface Deliveries {
  /** Resolves when nothing is under way or waiting (but for what `hold` keeps back). */
  idle(): Promise<void>;
  /** Sends what waits at once; resolves when it was answered. */
  flush(): Promise<void>;
  /** Sends what `hold` has kept back, if it no longer does. */
  release(): void;
  recent(): Delivery[];
  close(): Promise<void>;
}

interface Waiting extends Target {
  news: News;
  timer?: NodeJS.Timeout;
}

/** Sends webhooks: once, unordered, composed a moment later from what is there then. @see the recordings of scenes 08 and 13 */
export function createDeliveries(desk: Desk): Deliveries {
  const { state, switches } = desk;
  const waiting = new Set<Waiting>();
  const held: Waiting[] = [];
  const underWay = new Set<Promise<void>>();
  const sent: Delivery[] = [];
  const idlers: (() => void)[] = [];
  let batch: Waiting[] = [];
  let batchTimer: NodeJS.Timeout | undefined;
  let roll = chance(switches.seed);
  let seed = switches.seed;
  let closed = false;

  desk.listen((news) => {
    if (closed || names[news.event] === undefined) return;
    for (const target of targets(desk, news)) {
      const one: Waiting = { news, ...target };
      one.timer = setTimeout(() => due(one), switches.delayMs);
      waiting.add(one);
    }
  });

  function due(one: Waiting): void {
    clearTimeout(one.timer);
    waiting.delete(one);
    if (switches.hold) held.push(one);
    else if (switches.shuffle > 1) gather(one);
    else go(one);
    settled();
  }

  function gather(one: Waiting): void {
    batch.push(one);
    if (batch.length >= switches.shuffle) return scatter();
    batchTimer ??= setTimeout(scatter, 200);
  }

  function scatter(): void {
    clearTimeout(batchTimer);
    batchTimer = undefined;
    const mixed = batch.map((one) => ({ one, order: dice() })).sort((a, b) => a.order - b.order);
    batch = [];
    for (const { one } of mixed) go(one);
  }

  function dice(): number {
    if (seed !== switches.seed) roll = chance((seed = switches.seed));
    return roll();
  }

  function go(one: Waiting): void {
    if (switches.dropNext > 0) {
      switches.dropNext -= 1;
      note(one, 'dropped');
      return;
    }
    start(one);
    if (switches.double > 0 && dice() < switches.double) start(one);
  }

  function start(one: Waiting): void {
    const sending = send(one).finally(() => {
      underWay.delete(sending);
      settled();
    });
    underWay.add(sending);
  }

  async function send(one: Waiting): Promise<void> {
    const body = compose(desk, one.news);
    if (!body) return; // the row is gone: the event vanishes
    const error = await post(one.url, body, one.secret);
    note(one, error === undefined ? 'sent' : 'failed', error);
    if (error === undefined || closed || !one.marks || !('message' in one.news)) return;
    const message = state.get('message', one.news.message);
    if (!message) return;
    const content_attributes = { ...message.content_attributes, external_error: error };
    desk.updateMessage(message, { status: 'failed', content_attributes }, undefined);
    desk.commit();
  }

  function note(one: Waiting, outcome: Delivery['outcome'], error?: string): void {
    const { event } = one.news;
    sent.push({
      id: randomUUID(),
      event: names[event] ?? event,
      url: one.url,
      at: desk.now(),
      outcome,
      ...(error === undefined ? {} : { error }),
    });
    if (sent.length > 200) sent.shift();
  }

  async function post(url: string, body: string, secret: string): Promise<string | undefined> {
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
          'user-agent': switches.chatwoot === '4.14' ? 'Ruby' : 'rest-client/2.1.0 (linux-gnu x86_64) ruby/3.3.8p144',
          ...authorization,
          ...(signs || switches.chatwoot === '4.14' ? { 'x-chatwoot-delivery': randomUUID() } : {}),
          ...(signs ? { 'x-chatwoot-timestamp': timestamp, 'x-chatwoot-signature': `sha256=${signature}` } : {}),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(switches.timeoutMs),
      });
      await answer.body?.cancel();
      return answer.ok ? undefined : `${answer.status} ${answer.statusText || reasons[answer.status] || ''}`.trim();
    } catch (error) {
      return failure(url, error);
    }
  }

  function failure(url: string, error: unknown): string {
    const ruby = switches.chatwoot === '4.14';
    if (error instanceof Error && error.name === 'TimeoutError')
      return ruby ? 'Net::ReadTimeout with #<TCPSocket:(closed)>' : 'Timed out reading data from server';
    if (!URL.canParse(url)) return `bad URI (is not URI?): ${JSON.stringify(url)}`;
    const { hostname, port } = new URL(url);
    const at = `"${hostname}" port ${port || '80'}`;
    return `Failed to open TCP connection to ${hostname}:${port || '80'} (Connection refused - connect(2) for ${at})`;
  }

  function settled(): void {
    if (waiting.size + underWay.size + batch.length > 0) return;
    for (const done of idlers.splice(0)) done();
  }

  return {
    idle: () =>
      waiting.size + underWay.size + batch.length === 0 ? Promise.resolve() : new Promise((done) => idlers.push(done)),
    async flush() {
      for (const one of [...waiting]) due(one);
      if (batch.length > 0) scatter();
      await Promise.all(underWay);
    },
    release() {
      if (switches.hold) return;
      for (const one of held.splice(0)) due(one);
    },
    recent: () => [...sent],
    async close() {
      closed = true;
      for (const one of waiting) clearTimeout(one.timer);
      waiting.clear();
      clearTimeout(batchTimer);
      batch = [];
      settled();
      await Promise.race([Promise.all(underWay), new Promise((done) => setTimeout(done, 200).unref())]);
    },
  };
}

const reasons: Record<number, string> = { 302: 'Found', 404: 'Not Found', 500: 'Internal Server Error' };
