import { setTimeout as sleep } from 'node:timers/promises';
import { floodBare, floodRelays, trips, type Throughput, type Trips } from './measure.ts';
import { compare, type Line, type Section } from './numbers.ts';
import { peopleTakeOver } from './people.ts';
import { openPostgresServer } from './postgres-server.ts';
import type { Program } from './programs.ts';
import { openStage, type Stage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';
import { newId, openLight, hello, words, type Light } from './visitor.ts';

/*
 * Relays on one PostgreSQL: one alone, and beside it, on a database of its own, two that share theirs. In each round all
 * of them have the same load, one after the other. What PostgreSQL costs is not counted: it is on the load's core.
 */

const crowd = 50;
/** How often a word is sent while it is measured how long it takes to another tab, in milliseconds. */
const everyMs = 10;

interface Round {
  bare: Throughput;
  /** Bare socket.io that commits each message by itself. */
  committing: Throughput;
  one: Throughput;
  two: Throughput;
  /** To a tab at the same node, and at the other one. */
  same: Trips;
  across: Trips;
}

const next = (tokens: string[], count: number): string[] => {
  const taken = tokens.splice(0, count);
  tokens.push(...taken);
  return taken;
};

/** From sending a word to the moment when the visitor's other tab shows it, in microseconds. */
async function toOtherTab(from: Program, to: Program, tokens: readonly string[], each: number): Promise<Trips> {
  const open = async ({ url }: Program, token: string): Promise<Light> => {
    const visitor = await openLight(url);
    await hello(visitor, token);
    return visitor;
  };
  const took: number[] = [];
  const sentAt = new Map<string, number>();
  const pairs = await Promise.all(
    tokens.map(async (token) => ({ says: await open(from, token), sees: await open(to, token) })),
  );
  for (const { sees } of pairs) {
    sees.hears(({ message }) => {
      const at = sentAt.get(message?.id ?? '');
      if (at !== undefined && sentAt.delete(message?.id ?? '')) took.push(1_000 * (performance.now() - at));
    });
  }
  const begun = performance.now();
  const asked: Promise<unknown>[] = [];
  for (let i = 0; i < each * pairs.length; i += 1) {
    await sleep(Math.max(0, begun + i * everyMs - performance.now()));
    const id = newId();
    sentAt.set(id, performance.now());
    asked.push(pairs[i % pairs.length]!.says.ask('message:send', { id, text: words }));
  }
  await Promise.all(asked);
  const patient = performance.now() + 30_000;
  while (sentAt.size > 0 && performance.now() < patient) await sleep(10);
  for (const { says, sees } of pairs) for (const visitor of [says, sees]) visitor.close();
  if (sentAt.size > 0) throw new Error(`${sentAt.size} words did not reach the other tab`);
  return trips(took);
}

/** @throws where a message that was acknowledged is not in the database, or one is too many */
async function verify({ ledger }: Stage, acknowledged: number): Promise<string> {
  const kept = await ledger.saidByVisitors();
  if (kept !== acknowledged) throw new Error(`${acknowledged} acknowledged, and ${kept} in the database`);
  return `${kept} messages acknowledged, ${kept} in PostgreSQL`;
}

export async function measurePostgres({ quick, profile, say }: Run): Promise<Findings> {
  const size = quick ? { rounds: 3, warm: 2, each: 20, tabs: 2 } : { rounds: 5, warm: 5, each: 40, tabs: 4 };
  await using server = await openPostgresServer();
  const flags = profile ? { flags: ['--cpu-prof', '--cpu-prof-dir', profile] } : {};
  await using alone = await openStage({ database: await server.create('one'), ...flags });
  await using pair = await openStage({ database: await server.create('two'), relays: 2, ...flags });
  const bare = await alone.startBare();
  const committing = await alone.startBare({ env: { DATABASE_URL: await server.create('bare') } });
  // One crowd speaks while all is compiled that is used often; what it says is not measured.
  const uses = size.rounds + 1;
  const count = { one: crowd * uses, two: crowd * (uses + 1) };
  say(`PostgreSQL: people take up ${count.one + count.two} conversations`);
  const [one, two] = await Promise.all([peopleTakeOver(alone, count.one), peopleTakeOver(pair, count.two)]);
  const owned = { one, two };
  const tabs = next(owned.two, crowd);
  const said = { ...count };
  for (const { sandbox } of [alone, pair]) sandbox.pause();
  const [a, b] = [pair.relays[0]!, pair.relays[1]!];

  const warm = { one: next(owned.one, crowd), two: next(owned.two, crowd) };
  const round = async (tokens: Record<'one' | 'two', string[]>): Promise<Round> => {
    const all = {
      bare: await floodBare(bare, crowd, 10 * size.each),
      committing: await floodBare(committing, crowd, size.each),
      one: await floodRelays([alone.relay], tokens.one, size.each),
      two: await floodRelays([a, b], tokens.two, size.each),
      same: await toOtherTab(a, a, tabs, size.tabs),
      across: await toOtherTab(a, b, tabs, size.tabs),
    };
    said.one += crowd * size.each;
    said.two += crowd * (size.each + 2 * size.tabs);
    return all;
  };
  await rounds(size.warm, () => round(warm));
  const measured = await rounds(size.rounds, async (i) => {
    const found = await round({ one: next(owned.one, crowd), two: next(owned.two, crowd) });
    say(`PostgreSQL, round ${i + 1} of ${size.rounds}`);
    return found;
  });
  const checked = [await verify(alone, said.one), await verify(pair, said.two)];
  return { sections: sectionsOf(measured), notes: [`Checked: ${checked.join('; with two nodes ')}.`] };
}

function sectionsOf(measured: readonly Round[]): Section[] {
  const perCpu = (
    what: string,
    of: (round: Round) => Throughput,
    floor: (round: Round) => Throughput,
    goal?: Line['goal'],
  ) =>
    compare(
      measured,
      what,
      '/cpu s',
      (r) => of(r).perCpuSecond,
      (r) => floor(r).perCpuSecond,
      goal,
    );
  return [
    [
      'PostgreSQL, 50 visitors, 10 messages in flight each: messages per second of node CPU (people own the conversation)',
      [
        perCpu(
          '4  one node, over bare socket.io',
          (r) => r.one,
          (r) => r.bare,
          { least: 0.45, fail: 0.3 },
        ),
        perCpu(
          '   one node, over bare socket.io that commits each message',
          (r) => r.one,
          (r) => r.committing,
        ),
        perCpu(
          '   two nodes, over one node',
          (r) => r.two,
          (r) => r.one,
          { least: 0.85, fail: 0.7 },
        ),
        compare(
          measured,
          '   two nodes, over one node, by the clock',
          '/s',
          (r) => r.two.perSecond,
          (r) => r.one.perSecond,
        ),
      ],
    ],
    [
      'Between nodes, 100 words a second: sent to shown in the visitor’s other tab',
      [
        compare(
          measured,
          '15 p50 at the other node, over p50 at the same node',
          'µs',
          (r) => r.across.p50,
          (r) => r.same.p50,
          { most: 2.5, fail: 4 },
        ),
        compare(
          measured,
          '   p99 at the other node, over p99 at the same node',
          'µs',
          (r) => r.across.p99,
          (r) => r.same.p99,
        ),
      ],
    ],
  ];
}
