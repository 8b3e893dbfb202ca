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

/* Two relays on one PostgreSQL, as processes: they are restarted, and killed. */

let postgres: Postgres;
beforeAll(async () => void (postgres = await startPostgres()), 60_000);
afterAll(() => postgres[Symbol.asyncDispose](), 60_000);

/**
 * Between two words, in milliseconds: with the answer to each it is less than the 200 messages a minute that the desk takes
 * in one conversation.
 */
const paceMs = 800;

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
      await sleep(paceMs);
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

/** All that was said in public in the conversation that begins like this, once the desk has its last word. */
async function readAtDesk(agent: Agent, first: string, last: string): Promise<string[]> {
  for (const { id } of await agent.conversations()) {
    if (!(await agent.transcript(id)).includes(`visitor: ${first}`)) continue;
    await agent.sees(id, last);
    const rows = await agent.messages(id);
    return rows.filter((row) => !row.private && row.message_type !== 2).map(({ content }) => content ?? '');
  }
  throw new Error(`nobody said “${first}” at the desk`);
}

async function restartUnderLoad(): Promise<void> {
  await using stage = await openStage();
  await stage.startSandbox();
  await using nodes = await openNodes(stage, await postgres.createDatabase());
  const agent = openAgent(stage.sandboxUrl);
  const ways = [...Array.from({ length: 9 }, () => 'websocket' as const), 'polling' as const];
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
        await sleep(paceMs);
      }
    })();
    const goOn = () => {
      const before = talks.map(({ said }) => said.length);
      return until(() => talks.every(({ said }, i) => said.length > (before[i] ?? 0) + 1), 'everybody to go on');
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
      const desk = await readAtDesk(agent, said[0] ?? '', said.at(-1) ?? '');
      const view = visitors[i]?.texts() ?? [];
      const sent = said.map((text) => ({ text, acknowledged: true }));
      const heard = i === 0 ? spoken.map((text) => ({ text, certain: true })) : [];
      const found = judge({ sent, spoken: heard, view, desk });
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
});
