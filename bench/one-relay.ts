import { delivery as readDelivery, type Delivery } from './delivery.ts';
import { measureHearing, type Heard } from './hearing.ts';
import { look } from './ledger.ts';
import { answerTimes, capacity, floodBare, floodRelays, roundTrips, trips, type Throughput } from './measure.ts';
import { disturbed, median } from './numbers.ts';
import { linesOf, type Round } from './one-relay-lines.ts';
import { peopleTakeOver } from './people.ts';
import type { Program } from './programs.ts';
import { openStage, type Stage } from './stage.ts';
import type { Findings, Run } from './subject.ts';
import { openReal } from './visitor.ts';

/* One relay that keeps everything in SQLite: what a message costs, a person's words, and the webhook. */

/**
 * Sizes of a round. `alone` and `crowd` are visitors, each of whom says `…Each` messages in a round. A conversation
 * stays about as short as conversations are: no person answers meanwhile, and what is unanswered is kept track of.
 */
const sizes = {
  usual: {
    rounds: 5,
    again: 2,
    warm: 4,
    alone: 20,
    aloneEach: 20,
    crowd: 50,
    crowdEach: 40,
    bare: 3_000,
    posts: 1_500,
  },
  quick: { rounds: 3, again: 0, warm: 0, alone: 8, aloneEach: 20, crowd: 50, crowdEach: 30, bare: 1_000, posts: 300 },
};
type Size = typeof sizes.usual;
/** Fewer rounds than this say nothing, however long they take. */
const leastRounds = 3;
/** How many messages a conversation takes in all rounds together. */
const mostEach = 40;

/** What is measured, and beside what. */
interface Scene {
  stage: Stage;
  /** Bare socket.io. */
  bare: Program;
  /** Bare `http`, Express, and the disk. */
  floor: Program;
  express: number;
  delivery: Delivery;
  /** Tokens of conversations that people own, the least used one first. */
  owned: { alone: string[]; crowd: string[] };
  /** How many messages were acknowledged by the relay. */
  acknowledged: number;
}

function next(tokens: string[], count: number): string[] {
  const taken = tokens.splice(0, count);
  tokens.push(...taken);
  return taken;
}

async function floodRelay(scene: Scene, tokens: readonly (string | undefined)[], size: Size): Promise<Throughput> {
  scene.acknowledged += tokens.length * size.crowdEach;
  return floodRelays([scene.stage.relay], tokens, size.crowdEach);
}
const newcomers = (size: Size) => Array.from({ length: size.crowd }, () => undefined);

async function measureAlone(scene: Scene, size: Size): Promise<Round['alone']> {
  const { stage, bare } = scene;
  const reals = (tokens: readonly string[]) => Promise.all(tokens.map((token) => openReal(stage.relay.url, token)));
  const echo = await openReal(bare.url);
  const floor = trips((await roundTrips([echo], size.bare)).acks);
  echo.close();
  const humans = await reals(next(scene.owned.alone, size.alone));
  const people = trips((await roundTrips(humans, size.aloneEach)).acks);
  for (const socket of humans) socket.close();
  const begun = await reals(Array.from({ length: size.alone }, () => ''));
  await roundTrips(begun, 1, true);
  const withBot = await roundTrips(begun, size.aloneEach, true);
  for (const socket of begun) socket.close();
  scene.acknowledged += size.alone * (2 * size.aloneEach + 1);
  return { bare: floor, people, bot: trips(withBot.acks), botSpeaks: trips(withBot.answers) };
}

async function measureRound(scene: Scene, size: Size): Promise<Round> {
  const { stage, bare, floor, express, delivery } = scene;
  const disk = trips(await floor.ask<number[]>({ syncMs: 400 }));
  const alone = await measureAlone(scene, size);
  const crowd = {
    bare: await floodBare(bare, size.crowd, 10 * size.crowdEach),
    people: await floodRelay(scene, next(scene.owned.crowd, size.crowd), size),
    bot: await floodRelay(scene, newcomers(size), size),
  };
  const { target, body } = delivery;
  const http = { port: Number(new URL(floor.url).port), path: '/' };
  const empty = { port: express, path: '/' };
  const post = async (to: typeof target) => trips(await answerTimes(to, body, size.posts));
  const webhook = { bare: await post(http), express: await post(empty), relay: await post(target) };
  const webhooks = {
    bare: await capacity(floor, http, body, size.posts / 5),
    express: await capacity(floor, empty, body, size.posts / 5),
    relay: await capacity(stage.relay, target, body, size.posts / 5),
  };
  return { disk, alone, crowd, webhook, webhooks };
}

/** What the disk says afterwards. @throws where a message that was acknowledged is not there, or one is too many */
async function verify({ stage, acknowledged }: Scene): Promise<string> {
  const visitors = await stage.ledger.saidByVisitors();
  const waiting = await stage.ledger.waitingForDesk();
  if (visitors !== acknowledged) throw new Error(`${acknowledged} acknowledged, and ${visitors} on the disk`);
  const opened = stage
    .relayLog()
    .split('\n')
    .filter((line) => line.includes('"synchronous"'))
    .map((line) => JSON.parse(line) as { synchronous: number; journal: string })[0];
  const journal = look(stage.database, (db) => db.pragma('journal_mode', { simple: true }) as string);
  if (opened?.synchronous !== 2 || journal !== 'wal') {
    throw new Error(`not durable: synchronous ${opened?.synchronous}, journal ${journal}`);
  }
  return `${visitors} messages acknowledged, ${visitors} on the disk, ${waiting} wait for the desk; synchronous=${opened.synchronous} (FULL), ${journal}`;
}

const busyRounds = (rounds: readonly Round[]): number[] => [
  ...new Set([
    ...disturbed(rounds.map((r) => r.alone.bare.p50)),
    ...disturbed(rounds.map((r) => 1 / r.crowd.bare.perCpuSecond)),
    ...disturbed(rounds.map((r) => r.webhook.bare.p50)),
  ]),
];

/** Rounds until there are enough of them, and those that were disturbed once more. */
async function measureRounds(scene: Scene, size: Size, { quick, say }: Run) {
  const begun = performance.now();
  // No further round is begun after this; a busy machine makes them long.
  const isEnough = () => performance.now() - begun > (quick ? 30_000 : 120_000);
  const rounds: Round[] = [];
  for (let i = 0; i < size.rounds && !(i >= leastRounds && isEnough()); i += 1) {
    rounds.push(await measureRound(scene, size));
    say(`round ${i + 1} of ${size.rounds}`);
  }
  let unsettled = busyRounds(rounds);
  for (let again = 0; again < size.again && unsettled.length > 0 && !isEnough(); again += 1) {
    const [first = 0] = unsettled;
    say(`round ${first + 1} again: the machine was busy`);
    rounds[first] = await measureRound(scene, size);
    unsettled = busyRounds(rounds);
  }
  const few = rounds.length < size.rounds ? ` (no time for ${size.rounds})` : '';
  const busy = unsettled.length > 0 ? `; the machine was busy in ${unsettled.length} of them` : '';
  return { rounds, said: `${rounds.length} rounds${few}${busy}.` };
}

export async function measureOneRelay(run: Run): Promise<Findings> {
  const { quick, profile, say } = run;
  const size = quick ? sizes.quick : sizes.usual;
  await using stage = await openStage(profile ? { flags: ['--cpu-prof', '--cpu-prof-dir', profile] } : {});
  const bare = await stage.startBare();
  const floor = await stage.start({ file: 'bench/floor.ts', on: 'servers', args: [`${stage.folder}/data`] });
  const express = await floor.ask<number>({ express: true });
  const uses = size.rounds + size.again + 1;
  const needed = (visitors: number, each: number) => visitors * Math.ceil(uses / Math.floor(mostEach / each));
  const counts = { alone: needed(size.alone, size.aloneEach), crowd: needed(size.crowd, size.crowdEach) };
  const count = counts.alone + counts.crowd;
  say(`people take up ${count} conversations`);
  const tokens = await peopleTakeOver(stage, count);
  const owned = { alone: tokens.slice(0, counts.alone), crowd: tokens.slice(counts.alone) };
  const delivery = await readDelivery(stage);
  const scene: Scene = { stage, bare, floor, express, delivery, owned, acknowledged: count };
  say('hearing a person’s words');
  const heard: Heard[] = [];
  // How often a person's words are heard, each way, in each of three rounds.
  for (let i = 1; i <= 3; i += 1) heard.push(await measureHearing(stage, delivery, count + i, quick ? 3 : 8));
  scene.acknowledged += heard.length;
  stage.sandbox.pause();
  say('the desk is silent from now on; warming up');
  for (let i = 0; i < size.warm; i += 1) await floodRelay(scene, newcomers(size), size);
  await measureRound(scene, size);
  const { rounds, said } = await measureRounds(scene, size, run);
  await stage.sandbox.stop();
  await stage.relay.stop();
  const checked = await verify(scene);
  const load = median(rounds.map((r) => r.crowd.bare.loadBusy));
  const server = (of: (round: Round) => Throughput) =>
    `${Math.round(100 * median(rounds.map((r) => of(r).serverBusy)))} %`;
  return {
    sections: linesOf(rounds, heard),
    notes: [
      `Under load the bare server used ${server((r) => r.crowd.bare)} of a core, the relay ${server((r) => r.crowd.people)}; who loads them ${Math.round(100 * load)} %.`,
      `Checked: ${checked}.`,
      `${said} Body of the webhook: ${(delivery.body.length / 1_024).toFixed(1)} KB. The desk: there, and silent while measured.`,
    ],
  };
}
