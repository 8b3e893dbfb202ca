import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Agent, openAgent } from './kit/agent.ts';
import { openGate } from './kit/gate.ts';
import { judge as judgeJourney, steps } from './kit/journey.ts';
import { describeViolations, judge } from './kit/judge.ts';
import { type Node, openNodes } from './kit/nodes.ts';
import { sleep } from './kit/numbers.ts';
import { type Database, type Postgres, startPostgres } from './kit/postgres.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor, type Visitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/* Two relays on one PostgreSQL, as processes: they are restarted, killed, and put in the place of a single one. */

let postgres: Postgres;
beforeAll(async () => void (postgres = await startPostgres()), 60_000);
afterAll(() => postgres[Symbol.asyncDispose](), 60_000);

/** A visitor who says one word after the other, each once the one before is acknowledged. */
function talk(visitor: Visitor, name: string) {
  const said: string[] = [];
  let longestMs = 0;
  let isOver = false;
  const done = (async () => {
    while (!isOver) {
      const text = `${name}, word ${said.length + 1}`;
      const began = performance.now();
      await visitor.say(text);
      longestMs = Math.max(longestMs, performance.now() - began);
      said.push(text);
      await sleep(50);
    }
  })();
  return {
    said,
    longestMs: () => longestMs,
    stop() {
      isOver = true;
      return done;
    },
  };
}

/** All that people can read in a visitor's conversation at the desk, and its number. */
async function findAtDesk(agent: Agent, first: string): Promise<{ number: number; words: string[] }> {
  for (const { id } of await agent.conversations()) {
    const rows = (await agent.messages(id)).filter((row) => !row.private && row.message_type !== 2);
    const words = rows.map(({ content }) => content ?? '');
    if (words.includes(first)) return { number: id, words };
  }
  return { number: 0, words: [] };
}

async function restartUnderLoad(): Promise<void> {
  await using stage = await openStage();
  await stage.startSandbox();
  await using nodes = await openNodes(stage, await postgres.createDatabase());
  const agent = openAgent(stage.sandboxUrl);
  const ways = ['websocket', 'websocket', 'websocket', 'websocket', 'polling'] as const;
  const visitors = ways.map((way) => openVisitor(nodes.url, { transports: [way] }));
  try {
    // One of them is with a person, who speaks all the time, too.
    const [withMara] = visitors;
    if (!withMara) throw new Error('there is one');
    await withMara.say('test skill');
    await withMara.hears('name');
    await withMara.ask('handoff:ask');
    const isOpen = async () => (await agent.conversations()).find(({ status }) => status === 'open')?.id;
    await until(async () => (await isOpen()) !== undefined, 'the handoff at the desk');
    const number = (await isOpen()) ?? 0;
    await agent.reply(number, 'Mara, word 0');
    await withMara.hears('Mara, word 0');
    const talks = visitors.map((visitor, i) => talk(visitor, `${ways[i]} ${i}`));
    const spoken = ['Mara, word 0'];
    let isOver = false;
    const mara = (async () => {
      while (!isOver) {
        spoken.push(`Mara, word ${spoken.length}`);
        await agent.reply(number, spoken.at(-1) ?? '');
        await sleep(200);
      }
    })();
    const goOn = () => {
      const before = talks.map(({ said }) => said.length);
      return until(() => talks.every(({ said }, i) => said.length > (before[i] ?? 0) + 5), 'everybody to go on');
    };
    await goOn();
    for (const node of [nodes.a, nodes.b]) {
      await node.program.stop();
      await nodes.start(node);
      await goOn();
    }
    isOver = true;
    await mara;
    await Promise.all(talks.map((one) => one.stop()));
    await withMara.hears(spoken.at(-1) ?? '');
    for (const [i, { said }] of talks.entries()) {
      const [first = ''] = said;
      const there = async () => (await findAtDesk(agent, first)).words;
      await until(async () => (await there()).includes(said.at(-1) ?? ''), 'the desk to have all');
      const view = visitors[i]?.texts() ?? [];
      const sent = said.map((text) => ({ text, acknowledged: true }));
      const heard = i === 0 ? spoken.map((text) => ({ text, certain: true })) : [];
      const found = judge({ sent, spoken: heard, view, desk: await there() });
      expect(describeViolations(found), `visitor ${i}`).toBe('0 lost, 0 doubled, 0 reordered');
    }
    for (const { program } of [nodes.a, nodes.b]) expect(program.log()).not.toMatch(/"level":50/);
    const count = talks.reduce((sum, { said }) => sum + said.length, 0);
    const longest = (way: string) => Math.max(...talks.map((one, i) => (ways[i] === way ? one.longestMs() : 0)));
    console.log(
      `Both relays restarted among ${count} words: the longest wait for an acknowledgement was ` +
        `${Math.round(longest('websocket'))} ms over a websocket, ${Math.round(longest('polling'))} ms by polling.`,
    );
  } finally {
    await Promise.all(visitors.map((visitor) => visitor[Symbol.asyncDispose]()));
  }
}

/** Which lease a conversation's work needs: see server/conversation/shards.ts. */
function leaseOf(conversation: string): string {
  let hash = 0x811c_9dc5;
  for (const letter of conversation) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x0100_0193);
  return `work/${(hash >>> 0) % 32}`;
}

/** Who carries out the work of the only conversation there is. */
async function driverOf({ ask }: Database, nodes: readonly Node[]): Promise<Node> {
  const [only] = await ask<{ id: string }>('SELECT id FROM conversation');
  let found: Node | undefined;
  const look = async () => {
    const [lease] = await ask<{ node: string }>('SELECT node FROM lease WHERE name = $1', [leaseOf(only?.id ?? '')]);
    return (found = nodes.find(({ id }) => id === lease?.node)) !== undefined;
  };
  await until(look, 'somebody to have the lease');
  if (!found) throw new Error('somebody has it');
  return found;
}

/** The relay that carries out a handoff is killed while a request of it is on its way, which never arrives. */
async function killedInHandoff(request: RegExp): Promise<void> {
  await using stage = await openStage();
  await stage.startSandbox();
  await using gate = await openGate(stage.sandboxUrl);
  const database = await postgres.createDatabase();
  await using nodes = await openNodes(stage, database, () => ({ CHATWOOT_URL: gate.url }));
  await using visitor = openVisitor(nodes.url);
  const agent = openAgent(stage.sandboxUrl);
  const cast = { visitor, agent };
  for (const [, step] of steps.slice(0, 2)) await step(cast);
  await visitor.hears('name');
  await agent.sees(1, 'name');
  const driver = await driverOf(database, [nodes.a, nodes.b]);
  const held = gate.hold(1, 'before', (what) => request.test(what));
  for (const [, step] of steps.slice(2, 4)) await step(cast);
  await held;
  await driver.program.kill();
  const killedAt = performance.now();
  gate.release();
  await until(() => visitor.phase() === 'waiting', 'the handoff to be through');
  console.log(`After kill -9 the handoff was through in ${Math.round((performance.now() - killedAt) / 100) / 10} s.`);
  for (const [, step] of steps.slice(4)) await step(cast);
  await judgeJourney(cast);
  expect((await driverOf(database, [nodes.a, nodes.b])).id).not.toBe(driver.id);
}

const program = fileURLToPath(new URL('../dist/server/command/main.js', import.meta.url));
const preload = fileURLToPath(new URL('./kit/preload/clock.mjs', import.meta.url));
const begun = new URL('../server/testing/begun-by-0.1.0/', import.meta.url);

/** What two bots of 0.1.0 had: see the README of that folder. */
const yamlOfThen = ({ desk, skills }: { desk: string; skills: string }) => `
demo: true
log: warn
sites:
  demo: { origins: ['http://127.0.0.1:*'], bot: helper }
  slow: { origins: ['http://127.0.0.1:*'], bot: thinker }
bots:
  helper: { kind: skills, file: ${JSON.stringify(skills)} }
  thinker: { kind: skills, file: ${JSON.stringify(skills)} }
desk: { url: ${JSON.stringify(desk)}, account: 1, token: sandbox-administrator, settle: 2 s }
routing:
  ask: true
  default: { team: support, label: Support }
  rules:
    - { team: sales, label: Orders and returns, skills: [me.test.supportDemo.TestSkill] }
`;

async function moved(): Promise<void> {
  await using stage = await openStage({ yaml: yamlOfThen });
  const { killedAt, tokens } = JSON.parse(readFileSync(new URL('visitors.json', begun), 'utf8')) as {
    killedAt: number;
    tokens: string[];
  };
  mkdirSync(join(stage.folder, 'data'));
  for (const [from, to] of [
    ['baton.sql', 'data/baton.db'],
    ['sandbox.sql', 'sandbox.db'],
  ] as const) {
    const db = new Sqlite(join(stage.folder, to));
    db.exec(readFileSync(new URL(from, begun), 'utf8').replaceAll('http://127.0.0.1:4001', stage.sandboxUrl));
    db.close();
  }
  const database = await postgres.createDatabase();
  const run = promisify(execFile);
  const env = {
    PATH: process.env['PATH'],
    BATON_CONFIG: join(stage.folder, 'baton.yaml'),
    DATA_DIR: join(stage.folder, 'data'),
  };
  const { stdout } = await run(process.execPath, [program, 'move', '--to', database.url], { env });
  expect(stdout).toMatch(/^Moved .*: 9 conversations, \d+ rows, each compared\./);

  // It is still then: tokens end.
  const clock = join(stage.folder, 'clock');
  writeFileSync(clock, String(killedAt + 2_000 - Date.now()));
  const then = { NODE_OPTIONS: `--import ${preload}`, CLOCK_FILE: clock };
  await stage.startSandbox([], then);
  await using nodes = await openNodes(stage, database, () => then);
  const agent = openAgent(stage.sandboxUrl);
  const comeBack = (number: number, { url }: Node) => openVisitor(url, { token: tokens[number - 1] ?? '' });

  // A person had this one, and one word was on its way to them.
  await using withMara = comeBack(5, nodes.a);
  await using otherTab = comeBack(5, nodes.b);
  for (const tab of [withMara, otherTab]) await tab.hears('visitor: Very dark. (5)');
  await agent.sees(5, 'visitor: Very dark. (5)');
  await agent.reply(5, 'I see. (5)');
  for (const tab of [withMara, otherTab]) await tab.hears('Mara Ostby: I see. (5)');
  const own = (lines: string[]) => lines.filter((line) => line.startsWith('visitor: '));
  expect(own(await agent.transcript(5))).toEqual(own(withMara.transcript()));
  expect(otherTab.transcript()).toEqual(withMara.transcript());

  // The bot had this one: now it is handed over, answered and ended.
  await using withBot = comeBack(1, nodes.b);
  await withBot.hears('visitor: One more thing. (1)');
  await agent.sees(1, 'visitor: One more thing. (1)');
  await withBot.ask('handoff:ask');
  await until(() => withBot.phase() !== 'bot', 'the wish to be heard');
  if (withBot.phase() === 'asking') await withBot.choose(null);
  await withBot.hears('[queued]');
  await agent.sees(1, 'asked for a person');
  await agent.reply(1, 'Hello, I am Mara. (1)');
  await withBot.hears('Mara Ostby: Hello, I am Mara. (1)');
  await withBot.say('Thank you. (1)');
  await agent.sees(1, 'visitor: Thank you. (1)');
  await agent.setStatus(1, 'resolved');
  await withBot.hears('[resolved]');
  await withBot.say('When do you deliver?');
  await until(() => withBot.transcript().at(-1)?.startsWith('bot: ') === true, 'the bot to answer again');
  for (const { program: relay } of [nodes.a, nodes.b]) expect(relay.log()).not.toMatch(/"level":50/);
}

// Mostly waiting, each on a stage of its own.
describe.concurrent('two relays on one PostgreSQL', () => {
  test('both are restarted one after the other under load: nothing is lost, doubled or reordered', restartUnderLoad);

  for (const [what, request] of [
    ['opens the thread', /^POST .*\/toggle_status$/],
    ['writes the note', /^POST .*\/messages$/],
  ] as const) {
    test(`one is killed as it ${what} in a handoff: the other gets it through, and nothing happens twice`, () =>
      killedInHandoff(request));
  }

  test('what a single relay of 0.1.0 was killed in is moved to them, and goes on', moved);
});
