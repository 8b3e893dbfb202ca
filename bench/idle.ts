import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { flood } from './measure.ts';
import { compare } from './numbers.ts';
import { peopleTakeOver } from './people.ts';
import type { Program } from './programs.ts';
import { openStage, required } from './stage.ts';
import type { Findings, Run } from './subject.ts';
import { hello, openLight } from './visitor.ts';

/*
 * Visitors who have the chat open and say nothing, at the relay and at bare socket.io at the same time: the memory and the
 * processor time that each of them takes, and whether a message costs more because of them.
 */

/** The relay takes 10,000 connections, and fifty visitors speak meanwhile. */
const most = 9_900;
/** Before memory is looked at: what the first ones load is no visitor's. */
const first = 50;
const few = 100;
const speakers = 50;
/** How often socket.io asks whether a browser is still there, in milliseconds. */
const heartbeatMs = 25_000;
const flags = ['--expose-gc', ...required('memory')];

interface Memory {
  rss: number;
  heap: number;
}

/** How many a process may have open. */
const openFiles = (): number => Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout) || Infinity;

export async function measureIdle({ quick, say }: Run): Promise<Findings> {
  const wanted = quick ? 2_000 : most;
  const count = Math.min(wanted, openFiles() - 300);
  const short =
    count < wanted
      ? [`Only ${count} idle visitors of ${wanted}: a process may have no more files open here (ulimit -n).`]
      : [];
  await using stage = await openStage({ flags });
  const bare = await stage.startBare({ flags });
  const crowdOf = (server: Program, kind: string) =>
    stage.start({ file: 'bench/crowd.ts', on: 'load', args: [server.url, kind] });
  const crowds = { relay: await crowdOf(stage.relay, 'relay'), bare: await crowdOf(bare, 'bare') };
  const there = (number: number) =>
    Promise.all(Object.values(crowds).map((crowd) => crowd.ask<number>({ count: number })));
  const memory = async () => ({
    relay: await stage.relay.ask<Memory>({ memory: true }),
    bare: await bare.ask<Memory>({ memory: true }),
  });

  say(`idle visitors: people take up ${3 * speakers} conversations`);
  const tokens = await peopleTakeOver(stage, 3 * speakers);
  stage.sandbox.pause();
  /** CPU for one message. */
  const perMessage = async (place: number) => {
    const visitors = await Promise.all(
      tokens.slice(place * speakers, (place + 1) * speakers).map(async (token) => {
        const visitor = await openLight(stage.relay.url);
        await hello(visitor, token);
        return visitor;
      }),
    );
    const { perCpuSecond } = await flood([stage.relay], visitors, 40, 2);
    for (const visitor of visitors) visitor.close();
    await sleep(500);
    return 1e6 / perCpuSecond;
  };
  await perMessage(0);
  await there(first);
  await sleep(1_500);
  const before = await memory();
  await there(few);
  const withFew = await perMessage(1);
  say(`idle visitors: ${count} connect, twice`);
  await there(count);
  await sleep(1_500);
  const after = await memory();
  const each = (of: 'relay' | 'bare', what: keyof Memory) =>
    (after[of][what] - before[of][what]) / (count - first) / 1_024;

  const beats = quick ? 1 : 2;
  say(`idle visitors: ${(beats * heartbeatMs) / 1_000} s of silence`);
  const cpu = { relay: stage.relay.cpuUs(), bare: bare.cpuUs() };
  await sleep(beats * heartbeatMs);
  const idle = {
    relay: (stage.relay.cpuUs() - cpu.relay) / (beats * heartbeatMs * 10),
    bare: (bare.cpuUs() - cpu.bare) / (beats * heartbeatMs * 10),
  };
  const withMany = await perMessage(2);

  const one = [undefined];
  const beside = (what: string, unit: string, measured: number, floor: number, goal?: { most: number; fail: number }) =>
    compare(
      one,
      what,
      unit,
      () => measured,
      () => floor,
      goal,
    );
  return {
    sections: [
      [
        `${count} idle visitors, over as many at bare socket.io`,
        [
          beside('6  memory (RSS) of each', 'KB', each('relay', 'rss'), each('bare', 'rss'), { most: 1.25, fail: 1.6 }),
          beside('   of it JavaScript’s heap', 'KB', each('relay', 'heap'), each('bare', 'heap')),
          beside('7  CPU of all, of one core', '%', idle.relay, idle.bare, { most: 1.3, fail: 2 }),
          beside(`8  CPU for a message, over the same with ${few} idle`, 'µs', withMany, withFew, {
            most: 1.25,
            fail: 1.5,
          }),
        ],
      ],
    ],
    notes: short,
  };
}
