import { fork } from 'node:child_process';
import { availableParallelism, getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { pin, residentMB, sleep } from '../kit/numbers.ts';
import type { Outcome } from '../kit/rows.ts';
import type { Felt } from './watcher.ts';
import { openWorld, type World } from './world.ts';

/*
 * An attack that goes on for a while, beside visitors who behave: what do they feel of it, and what does the relay keep?
 * The relay, its desk and the visitors have processes of their own; where there is `taskset`, the relay has a core to
 * which the attacker does not come, for a real one would bring its own machine.
 */

const bounds = { healthMs: 100, memoryMB: 40, acksTimes: 2 };
/** A machine that is busy with other things is slow without any attack; more than this many times slower is the attack. */
const busy = 2;
/** Below this an acknowledgement is quick, whatever it was before: two small numbers have no ratio. Milliseconds. */
const quickMs = 20;

interface Watcher extends AsyncDisposable {
  begin(): void;
  end(): Promise<Felt>;
}

export async function openWatcher(url: string, visitors: number, sameAddress = false): Promise<Watcher> {
  const child = fork(fileURLToPath(new URL('watcher.ts', import.meta.url)), [
    url,
    String(visitors),
    ...(sameAddress ? ['same'] : []),
  ]);
  const next = () =>
    new Promise<unknown>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', () => reject(new Error('the quiet visitors could not go on')));
    });
  await next();
  prioritize(child.pid ?? 0, -5);
  return {
    begin: () => void child.send('begin'),
    async end() {
      const felt = next();
      child.send('end');
      return (await felt) as Felt; // that is what the watcher sends
    },
    async [Symbol.asyncDispose]() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) child.disconnect();
      await gone;
    },
  };
}

export interface Attack {
  /** What is made ready before anything is measured. */
  prepare?(world: World): Promise<void>;
  /** Goes on until the signal is aborted; sockets stay open until `done`. @returns what was done, for the figure */
  attack(world: World, signal: AbortSignal): Promise<string>;
  done?(): void;
  /** A further condition, looked at when the attack is over. @returns what is wrong */
  also?(world: World): Promise<string | undefined> | string | undefined;
}

/** One attack against a relay of its own. @param seconds how long */
export async function flood(seconds: number, make: () => Attack): Promise<Outcome> {
  const { prepare, attack, done, also } = make();
  await using world = await openWorld();
  const ownPriority = getPriority();
  if (availableParallelism() > 1) {
    pin(world.relay.pid, 0);
    pin(world.sandbox.pid, 1);
    pin(process.pid, 1);
  }
  // What else the machine does is no part of the attack. Only root may say so.
  prioritize(world.relay.pid, -5);
  await using watcher = await openWatcher(world.url, 40);
  await prepare?.(world);
  // The first seconds of a process are slower, and its memory still grows.
  await sleep(2_500);
  watcher.begin();
  await sleep(Math.max(5, seconds / 4) * 1_000);
  const before = await watcher.end();
  const beforeMB = residentMB(world.relay.pid);

  let peakMB = beforeMB;
  const looking = setInterval(() => {
    if (!world.relay.hasEnded()) peakMB = Math.max(peakMB, residentMB(world.relay.pid));
  }, 100);
  const ended = new AbortController();
  watcher.begin();
  setTimeout(() => ended.abort(), seconds * 1_000);
  // The attacker's own machine is this one: it comes after what it disturbs.
  prioritize(process.pid, 10);
  const what = await attack(world, ended.signal);
  const during = await watcher.end();
  prioritize(process.pid, ownPriority);
  clearInterval(looking);
  if (world.relay.hasEnded()) return { verdict: 'FAIL', figure: `the relay has ended; ${what}` };
  const wrong = await also?.(world);
  done?.();
  await sleep(1_500);
  const afterMB = residentMB(world.relay.pid);
  // A machine is not as busy before as after: what is worse of the two is what it is like undisturbed.
  watcher.begin();
  await sleep(5_000);
  const after = await watcher.end();
  const undisturbed = {
    acks: Math.max(before.acksP99, after.acksP99),
    health: Math.max(before.healthP99, after.healthP99),
  };

  const faults = [
    during.healthP99 > Math.max(bounds.healthMs, busy * undisturbed.health) && 'healthz',
    peakMB - beforeMB > bounds.memoryMB && 'memory',
    during.acksP99 > Math.max(bounds.acksTimes * undisturbed.acks, quickMs) && 'acknowledgements',
    during.cut > 0 && `${during.cut} quiet visitors cut off`,
    during.failed > 0 && `${during.failed} of the quiet visitors' requests failed`,
    wrong,
  ].filter((each) => typeof each === 'string');
  const figures = [
    what,
    `healthz p99 ${during.healthP99.toFixed(0)} ms, undisturbed ${undisturbed.health.toFixed(0)}`,
    `memory ${signed(peakMB - beforeMB)} MB at most, ${signed(afterMB - beforeMB)} after`,
    `acks p99 ${during.acksP99.toFixed(0)} ms, undisturbed ${undisturbed.acks.toFixed(0)}`,
  ].join('; ');
  return faults.length === 0
    ? { verdict: 'pass', figure: figures }
    : { verdict: 'FAIL', figure: `${faults.join(', ')}: ${figures}` };
}

function prioritize(pid: number, priority: number): void {
  try {
    setPriority(pid, priority);
  } catch {
    // Then without.
  }
}

const signed = (megabytes: number) => `${megabytes >= 0 ? '+' : ''}${megabytes.toFixed(0)}`;
