import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAgent } from './kit/agent.ts';
import { type Node, openNodes } from './kit/nodes.ts';
import { type Postgres, startPostgres } from './kit/postgres.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/* What was kept elsewhere, or before, is put into PostgreSQL, and two relays go on with it. */

const run = promisify(execFile);

let postgres: Postgres;
beforeAll(async () => void (postgres = await startPostgres()), 60_000);
afterAll(() => postgres[Symbol.asyncDispose](), 60_000);

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

test('what a single relay of 0.1.0 was killed in is moved to PostgreSQL, and goes on at two', async () => {
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
});

const hasTools = ['pg_dump', 'pg_restore', 'psql'].every((name) => spawnSync(name, ['--version']).status === 0);

test.skipIf(!hasTools)(
  'a dump that is restored: browsers read anew, and what was said since is at the desk',
  async () => {
    await using stage = await openStage();
    await stage.startSandbox();
    const database = await postgres.createDatabase();
    await using nodes = await openNodes(stage, database);
    const agent = openAgent(stage.sandboxUrl);
    const dump = join(stage.folder, 'baton.dump');
    await using visitor = openVisitor(nodes.url);
    await visitor.say('Before the dump');
    await agent.sees(1, 'Before the dump');
    await run('pg_dump', ['-Fc', '-f', dump, database.url]);
    await visitor.say('After the dump');
    await agent.sees(1, 'After the dump');
    await agent.reply(1, 'I am here.');
    await visitor.hears('I am here.');
    visitor.leave();
    for (const { program: relay } of [nodes.a, nodes.b]) await relay.stop();
    await run('pg_restore', ['--clean', '--if-exists', '--single-transaction', '-d', database.url, dump]);
    await run('psql', [database.url, '-f', fileURLToPath(new URL('../deploy/restored.sql', import.meta.url))]);
    for (const node of [nodes.a, nodes.b]) await nodes.start(node);
    visitor.comeBack();
    const isWhole = () => {
      const said = visitor.transcript().filter((line) => !line.startsWith('bot: ') && !line.startsWith('['));
      return said.join() === 'visitor: Before the dump,visitor: After the dump,Mara Ostby: I am here.';
    };
    await until(isWhole, () => `all of it, instead of\n  ${visitor.transcript().join('\n  ')}`);
    await visitor.say('And on');
    await agent.sees(1, 'visitor: And on');
  },
);
