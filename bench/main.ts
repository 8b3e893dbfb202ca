import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { delivery as readDelivery, type Delivery } from './delivery.ts';
import { measureHearing, type Heard } from './hearing.ts';
import { markdown } from './markdown.ts';
import { answerTimes, capacity, flood, floodOnce, roundTrips, trips, type Throughput, type Trips } from './measure.ts';
import { disturbed, median, table, type Line } from './numbers.ts';
import { peopleTakeOver, waitingForDesk } from './people.ts';
import { cores, pinSelf } from './programs.ts';
import { openStage, syncDisk, type Stage } from './stage.ts';
import { hello, openLight, openReal } from './visitor.ts';

/* What the relay costs beside what it stands on. See README.md for what each line means. */

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, profile: { type: 'string' } } });

/**
 * Sizes of a round. `alone` and `crowd` are visitors, each of whom says `…Each` messages in a round. A conversation
 * stays about as short as conversations are: no person answers meanwhile, and what is unanswered is kept track of.
 */
const size = options.quick
  ? { rounds: 3, again: 0, warm: 0, alone: 8, aloneEach: 20, crowd: 50, crowdEach: 30, bare: 1_000, posts: 300 }
  : { rounds: 5, again: 2, warm: 4, alone: 20, aloneEach: 20, crowd: 50, crowdEach: 40, bare: 3_000, posts: 1_500 };
/** How often a person's words are heard, each way, in each of three rounds. */
const hearings = options.quick ? 3 : 8;
/** Fewer rounds than this say nothing, however long they take. */
const leastRounds = 3;
/** How many messages a conversation takes in all rounds together. */
const mostEach = 40;
/** No further round is begun after this; a busy machine makes them long. */
const enoughMs = options.quick ? 30_000 : 140_000;

interface Round {
  disk: Trips;
  /** One visitor, one message in flight. */
  alone: { bare: Trips; people: Trips; bot: Trips; botSpeaks: Trips };
  /** 50 visitors, ten in flight each. */
  crowd: { bare: Throughput; people: Throughput; bot: Throughput };
  webhook: { bare: Trips; express: Trips; relay: Trips };
  webhooks: { bare: Throughput; express: Throughput; relay: Throughput };
}

/** Every message that was acknowledged by the relay. */
let acknowledged = 0;

/** Conversations that people own, the least used one first. */
interface Owned {
  alone: string[];
  crowd: string[];
}

function next(tokens: string[], count: number): string[] {
  const taken = tokens.splice(0, count);
  tokens.push(...taken);
  return taken;
}

async function measure(stage: Stage, { target, body }: Delivery, owned: Owned): Promise<Round> {
  const { relay, floor } = stage;
  const reals = (tokens: readonly string[]) => Promise.all(tokens.map((token) => openReal(relay.url, token)));

  const disk = trips(await syncDisk(floor, 400));

  const echo = await openReal(floor.echo);
  const bare = trips((await roundTrips([echo], size.bare)).acks);
  echo.close();
  const humans = await reals(next(owned.alone, size.alone));
  const people = trips((await roundTrips(humans, size.aloneEach)).acks);
  for (const socket of humans) socket.close();
  const begun = await reals(Array.from({ length: size.alone }, () => ''));
  await roundTrips(begun, 1, true);
  const withBot = await roundTrips(begun, size.aloneEach, true);
  for (const socket of begun) socket.close();
  acknowledged += size.alone * (2 * size.aloneEach + 1);

  const crowd = {
    bare: await floodOnce(floor, floor.echo, size.crowd, 10 * size.crowdEach),
    people: await floodRelay(stage, next(owned.crowd, size.crowd)),
    bot: await floodRelay(stage, newcomers()),
  };

  const [http, express] = [
    { port: floor.bare, path: '/' },
    { port: floor.express, path: '/' },
  ];
  const post = async (to: typeof target) => trips(await answerTimes(to, body, size.posts));
  const webhook = { bare: await post(http), express: await post(express), relay: await post(target) };
  const webhooks = {
    bare: await capacity(floor, http, body, size.posts / 5),
    express: await capacity(floor, express, body, size.posts / 5),
    relay: await capacity(relay, target, body, size.posts / 5),
  };
  return {
    disk,
    alone: { bare, people, bot: trips(withBot.acks), botSpeaks: trips(withBot.answers) },
    crowd,
    webhook,
    webhooks,
  };
}

const newcomers = () => Array.from({ length: size.crowd }, () => undefined);

/** @param tokens of conversations that are there; undefined begins a new one, which the bot answers */
async function floodRelay({ relay }: Stage, tokens: readonly (string | undefined)[]): Promise<Throughput> {
  const visitors = await Promise.all(
    tokens.map(async (token) => {
      const visitor = await openLight(relay.url);
      await hello(visitor, token);
      return visitor;
    }),
  );
  try {
    return await flood(relay, visitors, size.crowdEach);
  } finally {
    acknowledged += tokens.length * size.crowdEach;
    for (const visitor of visitors) visitor.close();
  }
}

/** What the disk says afterwards. @throws where a message that was acknowledged is not there, or one is too many */
function verify(stage: Stage): string {
  const visitors = stage.look(
    (db) =>
      db.prepare("SELECT count(*) FROM log WHERE json_extract(author, '$.kind') = 'visitor'").pluck().get() as number,
  );
  const waiting = stage.look(waitingForDesk);
  if (visitors !== acknowledged) throw new Error(`${acknowledged} acknowledged, and ${visitors} on the disk`);
  const opened = stage
    .relayLog()
    .split('\n')
    .filter((line) => line.includes('"synchronous"'))
    .map((line) => JSON.parse(line) as { synchronous: number; journal: string })[0];
  const journal = stage.look((db) => db.pragma('journal_mode', { simple: true }) as string);
  if (opened?.synchronous !== 2 || journal !== 'wal') {
    throw new Error(`not durable: synchronous ${opened?.synchronous}, journal ${journal}`);
  }
  return `${visitors} messages acknowledged, ${visitors} on the disk, ${waiting} wait for the desk; synchronous=${opened.synchronous} (FULL), ${journal}`;
}

function report(rounds: readonly Round[], heard: readonly Heard[]): string {
  const all = (of: (round: Round) => number) => rounds.map(of);
  const compare = (
    what: string,
    unit: string,
    measured: (round: Round) => number,
    floor: (round: Round) => number,
    goal?: Line['goal'],
  ): Line => ({
    what,
    unit,
    measured: all(measured),
    floor: all(floor),
    ratio: all((round) => measured(round) / floor(round)),
    ...(goal ? { goal } : {}),
  });
  const base = ({ alone, disk }: Round) => alone.bare.p50 + disk.p50;
  const perCpu = (what: string, of: (round: Round) => Throughput, goal?: Line['goal']) =>
    compare(
      what,
      '/cpu s',
      (r) => of(r).perCpuSecond,
      (r) => r.crowd.bare.perCpuSecond,
      goal,
    );
  return table([
    [
      'What it stands on',
      [
        { what: 'fdatasync of 4 KiB, p50', unit: 'µs', measured: all((r) => r.disk.p50) },
        { what: 'fdatasync of 4 KiB, p99', unit: 'µs', measured: all((r) => r.disk.p99) },
      ],
    ],
    [
      'One visitor, one message in flight: sent to acknowledged (people own the conversation)',
      [
        compare('1  p50 over bare socket.io p50 + fdatasync p50', 'µs', (r) => r.alone.people.p50, base, {
          most: 1.6,
          fail: 2.2,
        }),
        compare(
          '2  p50 over bare socket.io p50',
          'µs',
          (r) => r.alone.people.p50,
          (r) => r.alone.bare.p50,
          { most: 4.5, fail: 6 },
        ),
        compare(
          '2  p99 over bare socket.io p99',
          'µs',
          (r) => r.alone.people.p99,
          (r) => r.alone.bare.p99,
          { most: 8, fail: 12 },
        ),
      ],
    ],
    [
      'The same while the bot answers',
      [
        compare('   p50 to the acknowledgement, over both', 'µs', (r) => r.alone.bot.p50, base),
        compare("   p50 to the bot's answer, over both", 'µs', (r) => r.alone.botSpeaks.p50, base),
      ],
    ],
    [
      '50 visitors, 10 messages in flight each: messages per second of server CPU',
      [
        perCpu('3  people own the conversation', (r) => r.crowd.people, { least: 0.35, fail: 0.25 }),
        perCpu('   the bot answers', (r) => r.crowd.bot),
        compare(
          '   people own it, per second by the clock',
          '/s',
          (r) => r.crowd.people.perSecond,
          (r) => r.crowd.bare.perSecond,
        ),
      ],
    ],
    [
      'A person’s words, from hearing to the visitor’s screen, at a desk that takes 20 ms for a request',
      (['frame', 'webhook'] as const).flatMap((by): Line[] => {
        const name = by === 'frame' ? 'with the websocket' : 'with the webhook alone';
        const measured = heard.map((one) => one[by]);
        const floor = heard.map(({ bare }) => bare);
        return [
          {
            what: `   ${name}, over a bare request`,
            unit: 'µs',
            measured,
            floor,
            ratio: heard.map((one) => one[by] / one.bare),
            goal: by === 'frame' ? { most: 0.5, fail: 1 } : { most: 1.6, fail: 2 },
          },
          { what: `   ${name}, requests in between`, unit: '', measured: heard.map(({ requests }) => requests[by]) },
        ];
      }),
    ],
    [
      'The webhook',
      [
        compare(
          '   answer time p50, over bare http',
          'µs',
          (r) => r.webhook.relay.p50,
          (r) => r.webhook.bare.p50,
          { most: 4, fail: 6 },
        ),
        compare(
          '   answer time p99, over bare http',
          'µs',
          (r) => r.webhook.relay.p99,
          (r) => r.webhook.bare.p99,
        ),
        compare(
          '   answer time p50, over an empty Express POST',
          'µs',
          (r) => r.webhook.relay.p50,
          (r) => r.webhook.express.p50,
        ),
        compare(
          '   per second of CPU, over bare http',
          '/cpu s',
          (r) => r.webhooks.relay.perCpuSecond,
          (r) => r.webhooks.bare.perCpuSecond,
        ),
        compare(
          '12 per second of CPU, over an empty Express POST',
          '/cpu s',
          (r) => r.webhooks.relay.perCpuSecond,
          (r) => r.webhooks.express.perCpuSecond,
          { least: 0.55, fail: 0.35 },
        ),
      ],
    ],
  ]);
}

async function main() {
  pinSelf();
  const begun = performance.now();
  const say = (what: string) =>
    console.error(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(5)} s  ${what}`);
  await using stage = await openStage({ profile: options.profile });
  const uses = size.rounds + size.again + 1;
  const needed = (visitors: number, each: number) => visitors * Math.ceil(uses / Math.floor(mostEach / each));
  const counts = { alone: needed(size.alone, size.aloneEach), crowd: needed(size.crowd, size.crowdEach) };
  const count = counts.alone + counts.crowd;
  say(`the relay, a sandbox desk and the bare servers run; people take up ${count} conversations`);
  const tokens = await peopleTakeOver(stage, count);
  acknowledged = count;
  const owned = { alone: tokens.slice(0, counts.alone), crowd: tokens.slice(counts.alone) };
  const delivery = await readDelivery(stage);
  say('hearing a person’s words');
  const heard: Heard[] = [];
  for (let i = 1; i <= 3; i += 1) heard.push(await measureHearing(stage, delivery, count + i, hearings));
  acknowledged += heard.length;
  stage.sandbox.pause();
  say('the desk is silent from now on; warming up');
  for (let i = 0; i < size.warm; i += 1) await floodRelay(stage, newcomers());
  await measure(stage, delivery, owned);
  const isEnough = () => performance.now() - begun > enoughMs;
  const rounds: Round[] = [];
  for (let i = 0; i < size.rounds && !(i >= leastRounds && isEnough()); i += 1) {
    rounds.push(await measure(stage, delivery, owned));
    say(`round ${i + 1} of ${size.rounds}`);
  }
  let unsettled = busyRounds(rounds);
  for (let again = 0; again < size.again && unsettled.length > 0 && !isEnough(); again += 1) {
    const [first = 0] = unsettled;
    say(`round ${first + 1} again: the machine was busy`);
    rounds[first] = await measure(stage, delivery, owned);
    unsettled = busyRounds(rounds);
  }
  await stage.sandbox.stop();
  await stage.relay.stop();
  const checked = verify(stage);
  console.log(report(rounds, heard));
  console.log(`\n${markdown()}`);
  const load = median(rounds.map((r) => r.crowd.bare.loadBusy));
  const server = (of: (round: Round) => Throughput) =>
    `${Math.round(100 * median(rounds.map((r) => of(r).serverBusy)))} %`;
  console.log(
    [
      '',
      `Under load the bare server used ${server((r) => r.crowd.bare)} of a core, the relay ${server((r) => r.crowd.people)}; who loads them ${Math.round(100 * load)} %.`,
      `Checked: ${checked}.`,
      `Machine: ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${process.platform}, Node ${process.versions.node}; ${
        cores
          ? `servers pinned to core ${cores.servers}, the load to core ${cores.load}`
          : 'nothing is pinned (there is no taskset, or one core only): expect more scatter'
      }.`,
      `${rounds.length} rounds${rounds.length < size.rounds ? ` (no time for ${size.rounds})` : ''}${unsettled.length > 0 ? `; the machine was busy in ${unsettled.length} of them` : ''}. Body of the webhook: ${(delivery.body.length / 1_024).toFixed(1)} KB. The desk: there, and silent while measured.`,
    ].join('\n'),
  );
}

const busyRounds = (rounds: readonly Round[]): number[] => [
  ...new Set([
    ...disturbed(rounds.map((r) => r.alone.bare.p50)),
    ...disturbed(rounds.map((r) => 1 / r.crowd.bare.perCpuSecond)),
    ...disturbed(rounds.map((r) => r.webhook.bare.p50)),
  ]),
];

await main();
