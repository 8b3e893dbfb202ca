import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createSandbox } from '../sandbox/server.ts';
import { readConfig } from './config.ts';
import { openChatwoot } from './desks/chatwoot/chatwoot-desk.ts';
import type { Json, Who } from './desks/chatwoot/testing/start-desk.ts';
import { silent } from './log.ts';
import { createRelay } from './relay.ts';
import { fill } from './stores/postgres/fill.ts';
import { openPostgres } from './stores/postgres/postgres-store.ts';
import { openSqlite } from './stores/sqlite/sqlite-store.ts';
import { openWhole } from './stores/sqlite/whole.ts';
import { scriptedBot } from './testing/start-relay.ts';
import { createSchema } from './testing/test-database.ts';
import { isPostgres } from './testing/test-store.ts';
import { eventually, visit, type Visitor } from './testing/visit.ts';
import visitors from './testing/begun-by-0.1.0/visitors.json' with { type: 'json' };

/* A database of 0.1.0, killed in the midst of things, is opened by the code of today: see the folder of it. */

const begun = new URL('./testing/begun-by-0.1.0/', import.meta.url);
const yaml = new URL('../baton.yaml', import.meta.url).pathname;
const tokens: Record<Who, string> = {
  asha: 'sandbox-administrator',
  mara: 'sandbox-mara',
  jon: 'sandbox-jon',
  wim: 'sandbox-wim',
};

/** Writes a file of then, at the address of now. */
async function load(name: string, file: string, url: string): Promise<void> {
  const sql = (await readFile(new URL(name, begun), 'utf8')).replaceAll('http://127.0.0.1:4001', url);
  const db = new Sqlite(file);
  db.exec(sql);
  db.close();
}

/** The file of then; where relays are tested with PostgreSQL, it is moved there first. */
async function openHere(file: string) {
  if (!isPostgres) return { store: await openSqlite({ file }), [Symbol.asyncDispose]: async () => undefined };
  const database = await createSchema();
  await using from = await openWhole(file);
  await fill(database.url, from);
  return { ...database, store: await openPostgres({ url: database.url, connections: 4 }) };
}

/** Relay and sandbox on the files of then, two seconds after the kill. */
async function goOn() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-'));
  const opened = Date.now();
  const now = () => visitors.killedAt + 2_000 + (Date.now() - opened);
  await load('sandbox.sql', join(folder, 'sandbox.db'), '');
  const sandbox = await createSandbox({ file: join(folder, 'sandbox.db'), now });
  await load('baton.sql', join(folder, 'baton.db'), sandbox.url);
  const { store, [Symbol.asyncDispose]: forget } = await openHere(join(folder, 'baton.db'));
  const bots = new Map(['helper', 'thinker'].map((name) => [name, scriptedBot(name)]));
  const desks = new Map(
    await Promise.all(
      [...bots.keys()].map(async (name) => {
        const desk = await openChatwoot({
          url: sandbox.url,
          account: 1,
          token: tokens.asha,
          botName: name,
          siteName: name === 'helper' ? 'demo' : 'slow',
          teams: ['support', 'sales'],
          settings: { get: store.setting, set: store.set },
          reconcileMs: 2_000,
          now,
          log: silent,
        });
        return [name, desk] as const;
      }),
    ),
  );
  const config = readConfig({ env: { CHATWOOT_URL: sandbox.url }, file: yaml });
  const { demo } = config.sites;
  const { helper } = config.bots;
  if (!demo || !helper) throw new Error('the configuration of the demo has changed');
  config.sites['slow'] = { ...demo, bot: 'thinker' };
  config.bots['thinker'] = helper;
  const relay = await createRelay({
    config,
    store,
    desks,
    bots,
    doorbells: [],
    assets: join(folder, 'none'),
    agentPage: null,
    now,
    log: silent,
  });
  const url = `http://127.0.0.1:${await relay.listen(0, '127.0.0.1')}`;
  const open: Visitor[] = [];

  async function as(who: Who, method: string, path: string, body?: object): Promise<Json> {
    const response = await fetch(`${sandbox.url}/api/v1/accounts/1/conversations/${path}`, {
      method,
      headers: { 'Api-Access-Token': tokens[who], 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  return {
    bots,
    as,
    /** All that is public in a conversation of the desk, as `who: text`, first lines only. */
    async atDesk(number: number): Promise<string[]> {
      const { payload } = await as('asha', 'GET', `${number}/messages?after=0&before=1000000000`);
      return (payload as Json[])
        .filter((row) => !row.private && row.message_type !== 2)
        .map((row) => {
          const who = row.message_type === 0 ? 'visitor' : row.sender?.type === 'agent_bot' ? 'bot' : row.sender?.name;
          return `${who}: ${String(row.content).split('\n')[0]}`;
        });
    },
    async notes(number: number): Promise<string[]> {
      const { payload } = await as('asha', 'GET', `${number}/messages?after=0&before=1000000000`);
      return (payload as Json[]).filter((row) => row.private).map((row) => row.content);
    },
    /** The visitor of one of them comes back, with the token of then. */
    async visitor(number: number): Promise<Visitor> {
      const visitor = await visit(url, {
        token: visitors.tokens[number - 1],
        ...(number === 9 ? { site: 'slow' } : {}),
      });
      open.push(visitor);
      return visitor;
    },
    async [Symbol.asyncDispose]() {
      for (const visitor of open) visitor.close();
      await relay.close();
      for (const desk of desks.values()) await desk.close();
      await store.close();
      await forget();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What was said, as the visitor's browser has it: first lines, without the notices. */
const said = (visitor: Visitor): string[] =>
  visitor.transcript().flatMap((line) => (line.startsWith('[') ? [] : [line.split('\n')[0] ?? '']));

test('a database of 0.1.0 is carried over: what was under way is finished, and nothing is lost, doubled or moved', async () => {
  await using relay = await goOn();
  const came = await Promise.all(visitors.tokens.map((_, i) => relay.visitor(i + 1)));
  const visitorOf = (number: number): Visitor => came[number - 1] as Visitor; // one for each token

  // All that was on its way, in doubt or behind something is at the desk once, in the order in which it was said.
  for (const [i, visitor] of came.entries()) {
    const same = async () => (await relay.atDesk(i + 1)).join('\n') === said(visitor).join('\n');
    await eventually(same, `conversation ${i + 1} is at the desk as the visitor has it`, 30_000).catch(
      async (error) => {
        throw new Error(
          `${String(error)}\n${said(visitor).join('\n')}\n-- desk:\n${(await relay.atDesk(i + 1)).join('\n')}`,
        );
      },
    );
  }
  expect(said(visitorOf(1))).toContain('visitor: One more thing. (1)');
  expect(said(visitorOf(4)).slice(-2)).toEqual(['visitor: Still here. (4)', 'visitor: And waiting. (4)']);
  expect(said(visitorOf(5)).slice(-2)).toEqual(['visitor: My lamp is dark. (5)', 'visitor: Very dark. (5)']);

  // Who answers is who answered then, and what was begun has come about.
  expect(visitorOf(2).welcome.conversation?.handoff.phase).toBe('asking');
  await visitorOf(3).hears('[queued]');
  await eventually(async () => (await relay.as('asha', 'GET', '3')).meta.team?.name === 'support', 'the team of 3');
  expect(await relay.as('asha', 'GET', '3')).toMatchObject({ status: 'open' });
  expect(visitorOf(4).welcome.conversation?.handoff.phase).toBe('waiting');
  expect(visitorOf(5).welcome.conversation?.handoff).toMatchObject({ phase: 'human', agent: { name: 'Mara Ostby' } });
  expect(visitorOf(6).welcome.conversation?.handoff).toMatchObject({ phase: 'ending', by: 'agent' });
  expect(visitorOf(7).welcome.conversation?.handoff).toMatchObject({ phase: 'ending', by: 'visitor' });
  await eventually(async () => (await relay.as('asha', 'GET', '7')).status === 'resolved', '7 is resolved');
  const closing = (await relay.notes(7)).filter((note) => /ended|closed/i.test(note));
  expect(closing, (await relay.notes(7)).join('\n')).toHaveLength(1);
  const { asked } = relay.bots.get('thinker') ?? { asked: [] };
  expect(asked.map(({ text }) => text)).toEqual(['Think about this. (9)', 'And about that. (9)']);
});

test('conversations of 0.1.0 go on: the bot, people and the visitor each where they were', async () => {
  await using relay = await goOn();

  // Nobody has answered two words; given back, the bot is asked them, and no other.
  const waits = await relay.visitor(8);
  await relay.as('mara', 'POST', '8/toggle_status', { status: 'pending' });
  await waits.hears('bot: You said: Where is my order? (8)\nI gave you the number. (8)');
  expect(relay.bots.get('helper')?.asked.filter(({ text }) => text.includes('(8)'))).toHaveLength(1);

  const withBot = await relay.visitor(1);
  await withBot.say('And one more. (1)');
  await withBot.hears('bot: You said: And one more. (1)');
  const withMara = await relay.visitor(5);
  await withMara.say('Are you there? (5)');
  await eventually(
    async () => (await relay.atDesk(5)).at(-1) === 'visitor: Are you there? (5)',
    'Mara is asked',
    30_000,
  );
  await relay.as('mara', 'POST', '5/messages', { content: 'I am. (5)' });
  await withMara.hears('Mara Ostby: I am. (5)');

  const asked = await relay.visitor(2);
  await asked.ask('handoff:choose', { topic: null });
  await asked.hears('[queued]');
  const ended = await relay.visitor(6);
  await ended.say('Hello again. (6)');
  await ended.hears('bot: You said: Hello again. (6)');

  for (const [number, visitor] of [
    [1, withBot],
    [5, withMara],
  ] as const) {
    await eventually(
      async () => (await relay.atDesk(number)).join('\n') === said(visitor).join('\n'),
      `conversation ${number} is at the desk as the visitor has it`,
      30_000,
    );
  }
});
