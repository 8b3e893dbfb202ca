import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { askDesk, conversationAt, fail, slow } from './desk.ts';
import { compare } from './numbers.ts';
import { peopleTakeOver, until } from './people.ts';
import { openStage, type Stage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';
import { hello, newId, openLight, type Light } from './visitor.ts';

/*
 * The desk is away while visitors write on, and comes back: how fast it gets what has waited, over what a bare client with
 * as many requests in flight sends there in the same time; and whether each word arrived once and in order.
 */

/** The relay writes with so many requests at a time to one desk, never more, for its agents' sake. */
const inFlight = 3;
const conversations = 30;

interface Course {
  /** Words a second, while the desk takes them, and by a bare client. */
  relay: number;
  bare: number;
  /** From the desk's return until it has all of them, and what they take at the bare client's pace, in seconds. */
  drained: number;
  ideal: number;
  /** Words that are not there, are twice, or stand in another order. */
  wrong: number;
}

/** @returns words a second */
async function bareClient({ url }: { url: string }, number: number, count: number): Promise<number> {
  const pool = new Pool(url, { connections: inFlight });
  let sent = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while ((sent += 1) <= count) {
        const { body } = await pool.request({
          method: 'POST',
          path: `${conversationAt(number)}/messages`,
          headers: { 'api-access-token': 'sandbox-administrator', 'content-type': 'application/json' },
          body: JSON.stringify({
            content: 'When do you deliver?',
            message_type: 'incoming',
            private: false,
            source_id: newId(),
          }),
        });
        await body.json();
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  await pool.close();
  return count / seconds;
}

/** Everybody says one thing after the other, so many a second. @param first number of their words */
async function speak(visitors: readonly Light[], each: number, perSecond: number, first: number): Promise<void> {
  const begun = performance.now();
  const asked: Promise<unknown>[] = [];
  for (let i = 0; i < visitors.length * each; i += 1) {
    await sleep(Math.max(0, begun + (1_000 * i) / perSecond - performance.now()));
    const text = `word ${first + Math.floor(i / visitors.length)}`;
    asked.push(visitors[i % visitors.length]!.ask('message:send', { id: newId(), text }));
  }
  await Promise.all(asked);
}

async function wrongAt({ sandbox }: Stage, each: number, first: number): Promise<number> {
  let wrong = 0;
  for (let number = 1; number <= conversations; number += 1) {
    const { payload } = await askDesk<{ payload: { content: string }[] }>(
      sandbox.url,
      `${conversationAt(number)}/messages?after=1&before=1000000000`,
    );
    const found = payload.flatMap(({ content }) => /^word (\d+)$/.exec(content)?.[1] ?? []).map(Number);
    const ours = found.filter((one) => one >= first);
    const wanted = Array.from({ length: each }, (_, i) => first + i);
    if (ours.join() !== wanted.join()) wrong += Math.max(1, Math.abs(wanted.length - ours.length));
  }
  return wrong;
}

export async function measureOutbox({ quick, say }: Run): Promise<Findings> {
  const size = quick ? { rounds: 1, each: 10 } : { rounds: 3, each: 20 };
  await using stage = await openStage();
  const { sandbox, relay, ledger } = stage;
  say(`the desk’s outbox: people take up ${conversations + 1} conversations`);
  const tokens = await peopleTakeOver(stage, conversations + 1);
  // The last one is the bare client's, whoever's it is.
  const visitors = await Promise.all(
    tokens.map(async (token) => {
      const visitor = await openLight(relay.url);
      await hello(visitor, token);
      return visitor;
    }),
  );
  let first = 1;

  async function course(answersAfterMs: number): Promise<Course> {
    const usual = answersAfterMs > 0 ? slow(answersAfterMs) : undefined;
    const count = visitors.length * size.each;
    await fail(sandbox.url, usual);
    const bare = await bareClient(sandbox, conversations + 1, count / 2);
    await fail(sandbox.url, { status: 503 });
    await speak(visitors, size.each, 100, first);
    // It was away for long enough that the relay does not ask each moment.
    await sleep(quick ? 1_000 : 5_000);
    await fail(sandbox.url, usual);
    const back = performance.now();
    const left: [at: number, words: number][] = [];
    await until(
      async () => {
        const words = await ledger.waitingForDesk();
        left.push([performance.now(), words]);
        return words === 0;
      },
      'all of it is at the desk',
      { everyMs: 20 },
    );
    // Without its beginning and its end.
    const at = (part: number) => left.find(([, words]) => words <= part * count) ?? [NaN, NaN];
    const [[begunAt, before], [endedAt, after]] = [at(0.9), at(0.1)];
    const wrong = await wrongAt(stage, size.each, first);
    first += size.each;
    return {
      relay: (before - after) / ((endedAt - begunAt) / 1_000),
      bare,
      drained: (performance.now() - back) / 1_000,
      ideal: count / bare,
      wrong,
    };
  }

  const measured = await rounds(size.rounds, async (i) => {
    const all = { slow: await course(50), quick: await course(0) };
    say(`the desk’s outbox, round ${i + 1} of ${size.rounds}`);
    return all;
  });
  for (const visitor of visitors) visitor.close();
  return {
    sections: [
      [
        `The desk was away and is back: words a second to it, over a bare client with ${inFlight} requests in flight, too`,
        [
          compare(
            measured,
            '13 a desk that takes 50 ms for a request',
            '/s',
            (r) => r.slow.relay,
            (r) => r.slow.bare,
            { least: 0.9, fail: 0.8 },
          ),
          compare(
            measured,
            '13 a desk that takes no longer than it must',
            '/s',
            (r) => r.quick.relay,
            (r) => r.quick.bare,
            { least: 0.25, fail: 0.15 },
          ),
          compare(
            measured,
            '14 all of it there, from the desk’s return, over the bare client (50 ms)',
            's',
            (r) => r.slow.drained,
            (r) => r.slow.ideal,
            { most: 1.2, fail: 2 },
          ),
          {
            what: '14 words that are missing, twice or out of order (wanted: 0)',
            unit: '',
            measured: measured.map((r) => r.slow.wrong + r.quick.wrong),
          },
        ],
      ],
    ],
  };
}
