import { randomUUID } from 'node:crypto';
import type { Desk } from './desk.ts';
import type { News } from './news.ts';
import { botTargets, compose, targets } from './payload.ts';
import type { Target } from './payload.ts';
import { createBatch, createDice } from './shuffle.ts';
import { afterFailure, tryToPost } from './tries.ts';

/** One request that left, or would have, for those who watch: the agent's page, tests. */
interface Delivery {
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
  /** A bot's, which is composed when the thing happens. */
  body?: string | undefined;
  timer?: NodeJS.Timeout;
}

/**
 * Sends webhooks: once, unordered, composed a moment later from what is there then; those of bots from what was there when
 * it happened. @see the recordings of scenes 08, 13 and 24
 */
export function createDeliveries(desk: Desk): Deliveries {
  const { switches } = desk;
  const waiting = new Set<Waiting>();
  const held: Waiting[] = [];
  const underWay = new Set<Promise<void>>();
  const sent: Delivery[] = [];
  const idlers: (() => void)[] = [];
  const dice = createDice(switches);
  const batch = createBatch<Waiting>(dice, go);
  let closed = false;

  desk.overhear((news) => {
    for (const target of botTargets(desk, news)) plan({ news, ...target, body: compose(desk, news, target) });
  });
  desk.listen((news) => {
    for (const target of targets(desk, news)) plan({ news, ...target });
  });

  function plan(one: Waiting): void {
    if (closed) return;
    one.timer = setTimeout(() => due(one), switches.delayMs);
    waiting.add(one);
  }

  function due(one: Waiting): void {
    clearTimeout(one.timer);
    waiting.delete(one);
    if (switches.hold) held.push(one);
    else if (switches.shuffle > 1) batch.add(one, switches.shuffle);
    else go(one);
    settled();
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
    const body = one.body ?? compose(desk, one.news, one);
    if (body === undefined) return; // the row is gone: the event vanishes
    const error = await tryToPost(desk, one, body);
    note(one, error === undefined ? 'sent' : 'failed', error);
    if (error !== undefined && !closed) afterFailure(desk, one, one.news, error);
  }

  function note(one: Waiting, outcome: Delivery['outcome'], error?: string): void {
    sent.push({
      id: randomUUID(),
      event: one.event,
      url: one.url,
      at: desk.now(),
      outcome,
      ...(error === undefined ? {} : { error }),
    });
    if (sent.length > 200) sent.shift();
  }

  function settled(): void {
    if (waiting.size + underWay.size + batch.size() > 0) return;
    for (const done of idlers.splice(0)) done();
  }

  return {
    idle: () =>
      waiting.size + underWay.size + batch.size() === 0 ? Promise.resolve() : new Promise((done) => idlers.push(done)),
    async flush() {
      for (const one of [...waiting]) due(one);
      batch.release();
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
      batch.clear();
      settled();
      await Promise.race([Promise.all(underWay), new Promise((done) => setTimeout(done, 200).unref())]);
    },
  };
}
