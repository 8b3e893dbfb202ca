import { setTimeout as sleep } from 'node:timers/promises';
import { trips, type Trips } from './measure.ts';
import { compare } from './numbers.ts';
import { peopleTakeOver } from './people.ts';
import { openStage, required, type Stage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';
import { hello, newId, openLight, words, type Light } from './visitor.ts';

/*
 * A disk that takes 4 ms more for each commit, as many in the cloud do: 500 messages a second, and 100 requests a second
 * that need no disk, beside the same relay without the delay. In time: what is late counts from when it was due.
 */

const slowerByMs = 4;
const speakers = 100;
/** Between two of each kind, in milliseconds. */
const everyMs = { message: 2, plain: 10 };

interface Load {
  durable: Trips;
  plain: Trips;
  /** The most that were sent and not acknowledged. */
  backlog: number;
}

/** Sends one each so many milliseconds, whatever becomes of those before. @returns microseconds from when each was due */
async function openLoop(count: number, every: number, send: (i: number) => Promise<unknown>) {
  const took: number[] = [];
  let under = 0;
  let most = 0;
  const begun = performance.now();
  const sent: Promise<void>[] = [];
  for (let i = 0; i < count; i += 1) {
    const due = begun + i * every;
    // A timer is too coarse for each: what is due since then goes with it.
    if (due > performance.now()) await sleep(due - performance.now());
    under += 1;
    most = Math.max(most, under);
    sent.push(
      send(i).then(() => {
        under -= 1;
        took.push(1_000 * (performance.now() - due));
      }),
    );
  }
  await Promise.all(sent);
  return { trips: trips(took), most };
}

async function load({ relay }: Stage, tokens: readonly string[], ms: number): Promise<Load> {
  const open = async (token: string): Promise<Light> => {
    const visitor = await openLight(relay.url);
    await hello(visitor, token);
    return visitor;
  };
  const visitors = await Promise.all(tokens.map(open));
  const one = (i: number) => visitors[i % visitors.length]!;
  const [durable, plain] = await Promise.all([
    openLoop(ms / everyMs.message, everyMs.message, (i) => one(i).ask('message:send', { id: newId(), text: words })),
    // Read from memory, and answered by the loop that all traffic goes through.
    openLoop(ms / everyMs.plain, everyMs.plain, () => fetch(`${relay.url}/healthz`).then((answer) => answer.text())),
  ]);
  for (const visitor of visitors) visitor.close();
  return { durable: durable.trips, plain: plain.trips, backlog: durable.most };
}

export async function measureSlowDisk({ quick, say }: Run): Promise<Findings> {
  const size = quick ? { rounds: 3, ms: 1_000 } : { rounds: 5, ms: 2_000 };
  await using plain = await openStage();
  await using slow = await openStage({
    flags: required('slow-disk'),
    env: { SLOW_DISK_MS: String(slowerByMs) },
  });
  const floor = await plain.start({ file: 'bench/floor.ts', on: 'servers', args: [`${plain.folder}/data`] });
  say(`a slow disk: people take up ${2 * speakers} conversations`);
  const [ofPlain, ofSlow] = await Promise.all([plain, slow].map((stage) => peopleTakeOver(stage, speakers)));
  const tokens = { plain: ofPlain ?? [], slow: ofSlow ?? [] };
  for (const { sandbox } of [plain, slow]) sandbox.pause();
  const measured = await rounds(size.rounds + 1, async (i) => {
    const disk = trips(await floor.ask<number[]>({ syncMs: 300 }));
    const all = {
      sync: disk.p50 + 1_000 * slowerByMs,
      plain: await load(plain, tokens.plain, size.ms),
      slow: await load(slow, tokens.slow, size.ms),
    };
    say(`a slow disk, ${i === 0 ? 'warm' : `round ${i} of ${size.rounds}`}`);
    return all;
  });
  measured.shift();
  return {
    sections: [
      [
        `A disk that takes ${slowerByMs} ms more for each commit: 500 messages and 100 plain requests a second`,
        [
          compare(
            measured,
            '5  plain requests, p50, over the same without the delay',
            'µs',
            (r) => r.slow.plain.p50,
            (r) => r.plain.plain.p50,
            { most: 1.3, fail: 2 },
          ),
          compare(
            measured,
            '5  messages, p99, over one wait for this disk',
            'µs',
            (r) => r.slow.durable.p99,
            (r) => r.sync,
            { most: 6, fail: 10 },
          ),
          compare(
            measured,
            '   messages, p50, over the same without the delay',
            'µs',
            (r) => r.slow.durable.p50,
            (r) => r.plain.durable.p50,
          ),
          {
            what: '5  messages sent and not acknowledged, the most (wanted: below 100)',
            unit: '',
            measured: measured.map((r) => r.slow.backlog),
          },
        ],
      ],
    ],
  };
}
