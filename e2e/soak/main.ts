import { createChance } from '../kit/chance.ts';
import { quantile, sleep } from '../kit/numbers.ts';
import { carryOut, type Done } from './acts.ts';
import { createAnswers, openCast, type Cast } from './cast.ts';
import { gatherEvidence, readThreads } from './evidence.ts';
import { describe, judge, mayHeal, type Difference, type Testimony } from './judge.ts';
import { cpuShare, curve, judgeMemory, longestOf } from './memory.ts';
import { commandFor, readOptions, WrongOption, type Options } from './options.ts';
import { plan } from './plan.ts';
import { openWorld, type World } from './world.ts';

/* `npm run soak`: see docs/testing.md. */

/** Once nothing fails any more, everything is where it belongs within this time, in milliseconds. */
const drainMs = 60_000;
/** What comes late may come twice: so long is waited before the last look, in milliseconds. */
const lastLookMs = 3_000;
const tellEveryMs = 10_000;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  process.exitCode = await soak(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof WrongOption)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function soak(options: Options): Promise<number> {
  console.log(`${commandFor(options)}\n`);
  const chance = createChance(options.seed);
  await using world = await openWorld(options, createAnswers(chance.of('bot')));
  const { seconds, visitors: count } = options;
  const cast = openCast({ url: world.line.url, desk: world.stage.sandboxUrl, count, chance: chance.of('cast') });
  const begun = performance.now();
  const teller = setInterval(() => console.log(progress(world, cast, begun)), tellEveryMs);
  try {
    cast.begin();
    const [done] = await Promise.all([
      carryOut(world, { planned: plan(options), seconds, chance: chance.of('harm') }),
      sleep(seconds * 1_000),
    ]);
    await cast.stop();
    console.log(`${progress(world, cast, begun)}; nothing fails any more`);
    const lifted = performance.now();
    cast.sayGoodbye();
    const { differences, evidence } = await drain(world, cast);
    console.log(report(world, cast, done, (performance.now() - lifted - lastLookMs) / 1_000));
    const bad = [...world.accidents, ...differences.map(describe)];
    if (bad.length === 0) {
      console.log('\nNothing is lost, doubled, reordered or stuck, and nobody spoke out of turn.');
      return 0;
    }
    console.log(
      await explain({ world, done, bad, evidence: evidence.find(({ name }) => name === differences[0]?.visitor) }),
    );
    console.log(`\nOnce more: ${commandFor(options)}`);
    return 1;
  } finally {
    clearInterval(teller);
    await cast.close();
  }
}

/** Waits until all is where it belongs, or for so long that it never will be; then looks a last time. */
async function drain(world: World, cast: Cast): Promise<{ differences: Difference[]; evidence: Testimony[] }> {
  const giveUpAt = performance.now() + drainMs;
  const look = async () => {
    const evidence = await gatherEvidence(world, cast);
    return { evidence, differences: evidence.flatMap(judge) };
  };
  for (;;) {
    const { differences } = await look();
    if (!differences.some(mayHeal) || performance.now() > giveUpAt) break;
    await sleep(1_000);
  }
  await sleep(lastLookMs);
  return look();
}

function progress({ nodes }: World, { talks }: Cast, begun: number): string {
  const count = (of: (talk: Cast['talks'][number]) => number) => talks.reduce((sum, talk) => sum + of(talk), 0);
  const memory = nodes.map(({ name, lives }) => `${name} ${Math.round(lives.at(-1)?.at(-1)?.megabytes ?? 0)} MB`);
  return [
    `${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${memory.join(', ')}`,
    `${count(({ sent }) => sent.length)} words of visitors, ${count(({ sent }) => sent.filter((each) => each.acknowledged).length)} acknowledged`,
    `${count(({ spoken }) => spoken.length)} of agents`,
  ].join('; ');
}

function report(
  { nodes }: World,
  { waits, talks }: Cast,
  { counts, slowestEndMs }: Done,
  drainedAfter: number,
): string {
  const bots = talks.map(
    ({ visitor }) => visitor.events().filter(({ message }) => message?.author.kind === 'bot').length,
  );
  const second = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  return [
    '',
    `Done: ${[...counts].map(([kind, times]) => `${kind} ${times}`).join(', ')}.`,
    `The slowest end of a relay that was asked to: ${second(slowestEndMs)}. Starts: ${nodes.map(({ name, lives, failedStarts }) => `${name} ${lives.length}${failedStarts > 0 ? ` and ${failedStarts} without its database` : ''}`).join(', ')}.`,
    `The bot spoke ${bots.reduce((sum, each) => sum + each, 0)} times. Acknowledged after ${second(quantile(waits, 0.5))} (median), ${second(quantile(waits, 0.99))} (99 of 100), ${second(quantile(waits, 1))} at most.`,
    `All was where it belongs ${Math.max(0, drainedAfter).toFixed(1)} s after the last fault.`,
    ...nodes.map(({ name, lives }) => {
      const { is, from, to, seconds } = judgeMemory(lives);
      const longest = longestOf(lives);
      const between = from > 0 ? `, from ${Math.round(from)} to ${Math.round(to)} MB` : '';
      return `Relay ${name}, its longest life (${Math.round(seconds)} s): memory ${is}${between} (${curve(longest)}); ${Math.round(100 * cpuShare(longest))} % of a processor.`;
    }),
  ].join('\n');
}

interface Found {
  world: World;
  done: Done;
  bad: readonly string[];
  evidence: Testimony | undefined;
}

/** The first difference with all that is known of that visitor, then the others in a line each. */
async function explain({ world, done, bad, evidence }: Found): Promise<string> {
  const [first = '', ...others] = bad;
  const threads = new Set(evidence?.desk.map(({ thread }) => thread));
  const desk = await readThreads(world, [...threads], done.begunAt);
  const shown = others.slice(0, 20);
  const logLines = evidence?.log.map(
    ({ seq, because, kind, message, handoff }) =>
      `${seq} ${message ? `${message.author.kind}: ${message.text}` : `[${because ?? kind}${handoff ? ` → ${handoff.phase}` : ''}]`}`,
  );
  return [
    `\nFAILED: ${first}`,
    ...(shown.length > 0 ? ['', `And ${others.length} more:`, ...shown.map((line) => `  ${line}`)] : []),
    ...(evidence
      ? [`\nThe log of visitor ${evidence.name}:\n  ${logLines?.join('\n  ')}`, `\nThe desk:\n  ${desk.join('\n  ')}`]
      : []),
    `\nWhat was done:\n${done.lines.join('\n')}`,
    `\nWhat relays said last:\n${world.lastLines(15, done.begunAt).join('\n')}`,
  ].join('\n');
}
