import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { createSandbox } from '../../sandbox/server.ts';
import { shortName } from '../short-name.ts';
import { newState } from '../stores/conversation-state.ts';
import { openPostgres } from '../stores/postgres/postgres-store.ts';
import { openSqlite } from '../stores/sqlite/sqlite-store.ts';
import { startRelay, type TestRelay } from '../testing/start-relay.ts';
import { createDatabase } from '../testing/test-database.ts';
import { eventually } from '../testing/visit.ts';
import { quiet } from '../testing/people.ts';
import { isPostgres } from '../testing/test-store.ts';
import { purge } from './erase.ts';
import { runCommand } from './run-command.ts';

const noMarks = { spoke: 0, forDesk: 0, told: 0, telling: null };
const yaml = new URL('../../baton.yaml', import.meta.url).pathname;

/** Runs a command beside a relay; what it says, line by line, and its exit code at the end. */
async function run(
  relay: TestRelay,
  words: string[],
  env: Record<string, string> = {},
  heard: (line: string) => void = () => {},
) {
  const said: string[] = [];
  const tell = (line: string) => {
    said.push(...line.split('\n'));
    heard(line);
  };
  const code = await runCommand(words, {
    env: { BATON_CONFIG: yaml, DATA_DIR: relay.folder, ...env },
    folder: relay.folder,
    now: () => Date.UTC(2026, 0, 2),
    say: tell,
    complain: tell,
  });
  return [...said, code];
}

async function startConversation(relay: TestRelay, text: string) {
  const visitor = await relay.visit();
  await visitor.say(text);
  await visitor.hears(`You said: ${text}`);
  const [found] = await relay.store.recent(0, 1);
  if (!found) throw new Error('no conversation was made');
  return { visitor, id: found.id, name: shortName(found.id) };
}

test('show tells what is kept of a visitor, by any of their names, and none of their words', async () => {
  await using relay = await startRelay();
  const { id, name } = await startConversation(relay, 'My address is 5 Mill Lane');
  const found = await relay.store.conversation(id);
  for (const who of [id, name, found?.visitor ?? '']) {
    const said = await run(relay, ['show', who]);
    expect(said.at(-1)).toBe(0);
    expect(said[0]).toBe(`Conversation ${name}`);
    expect(said.join('\n')).toContain('1 of the visitor, 2 of the bot, 0 of people');
    expect(said.join('\n')).toContain('bot: the bot answers');
    expect(said.join('\n')).not.toContain('Mill Lane');
  }
});

test('export writes every word to a private file, and overwrites none', async () => {
  await using relay = await startRelay();
  const { id, name } = await startConversation(relay, 'My address is 5 Mill Lane');
  const file = join(relay.folder, 'all.json');
  expect(await run(relay, ['export', name, 'all.json'])).toEqual([
    expect.stringMatching(new RegExp(`^Exported to ${file}: \\d+ events\\.`)),
    0,
  ]);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  const { conversations } = JSON.parse(readFileSync(file, 'utf8')) as { conversations: Record<string, unknown>[] };
  expect(conversations).toMatchObject([
    { conversation: id, site: 'demo', language: 'en', sessions: [{ begunAt: expect.any(String) }] },
  ]);
  expect(JSON.stringify(conversations)).toContain('My address is 5 Mill Lane');
  expect((await run(relay, ['export', name, 'all.json']))[0]).toBe(`${file} is there already.`);
});

test('erase takes all of it away while the relay runs, and says what it could not reach', async () => {
  await using sandbox = await createSandbox();
  const env = { CHATWOOT_URL: sandbox.url };
  await using relay = await startRelay();
  const { visitor, id, name } = await startConversation(relay, 'My address is 5 Mill Lane');
  const other = await startConversation(relay, 'Somebody else');
  await eventually(async () => (await relay.store.threads(id))[0]?.ref !== null, 'the desk has it');
  const gone = (await relay.store.list('', 10)).find((one) => one.id === id);
  expect(await run(relay, ['erase', name], env)).toEqual([
    `Erased here: conversation ${name}.`,
    'Erased at Chatwoot: nothing was there.',
    expect.stringMatching(/^Left: conversation \d+ is at another desk .* delete it there by hand\.$/),
    'Not reached: backups made before, what agents were told by e-mail, what a bot of yours has kept.',
    'Chatwoot deletes in the background: it may take it a minute.',
    0,
  ]);
  expect(await relay.store.conversation(id)).toBeUndefined();
  for (const file of ['baton.db', 'baton.db-wal']) {
    const path = join(relay.folder, file);
    expect(existsSync(path) && readFileSync(path).includes('Mill Lane')).toBe(false);
  }
  expect((await run(relay, ['show', gone?.visitor ?? '']))[0]).toContain('Nothing is kept under');
  // The page that is open goes on, with a conversation that begins anew; the token of before opens nothing.
  await visitor.say('Hello again');
  const log = async () => JSON.stringify(await relay.store.events(id, 0, 100));
  await eventually(async () => (await log()).includes('You said: Hello again'), 'the bot answers');
  expect(await log()).not.toContain('Mill Lane');
  await other.visitor.say('Still here');
  await other.visitor.hears('You said: Still here');
});

test('erase waits for a backup that is being made: no copy of the words stays in the database’s files', async ({
  skip,
}) => {
  skip(isPostgres, 'it looks into the files');
  await using sandbox = await createSandbox();
  await using relay = await startRelay();
  const { name } = await startConversation(relay, 'My address is 5 Mill Lane');
  await quiet(relay);
  const backup = new Sqlite(join(relay.folder, 'baton.db'), { readonly: true });
  backup.exec('BEGIN');
  backup.prepare('SELECT count(*) FROM log').get();
  const isThere = () =>
    ['baton.db', 'baton.db-wal'].some((file) => readFileSync(join(relay.folder, file)).includes('Mill Lane'));
  const said = await run(relay, ['erase', name], { CHATWOOT_URL: sandbox.url }, (line) => {
    if (!line.startsWith('Waiting')) return;
    expect(isThere()).toBe(true);
    backup.close();
  });
  expect(said).toContainEqual(expect.stringMatching(/^Waiting for a backup/));
  expect(said.join('\n')).not.toContain('Left: copies');
  expect(said.at(-1)).toBe(0);
  expect(isThere()).toBe(false);
});

test('a backup that takes very long is waited for no longer', async () => {
  let asked = 0;
  let told = 0;
  const store = {
    async purge() {
      asked += 1;
      return false;
    },
  };
  expect(await purge(store, () => (told += 1), 2)).toBe(false);
  expect([asked, told]).toEqual([2, 1]);
});

test('a desk that is away keeps everything here, so that it can be erased there, too', async () => {
  await using relay = await startRelay();
  const { id, name } = await startConversation(relay, 'My address is 5 Mill Lane');
  const home = 'chatwoot http://127.0.0.1:9 1 abc';
  const store = await openSqlite({ file: join(relay.folder, 'baton.db'), beside: true });
  await store.set('chatwoot http://127.0.0.1:9 1 helper', JSON.stringify({ home, inbox: 1 }));
  await eventually(async () => (await relay.store.threads(id))[0]?.ref !== null, 'the desk has it');
  const found = await relay.store.conversation(id);
  const [thread] = await relay.store.threads(id);
  if (!found || !thread) throw new Error('nothing is there');
  const { version, marks } = found;
  await store.commit(id, version, { at: 1, marks, threads: [{ ...thread, home }] });
  await store.close();
  const said = await run(relay, ['erase', name], { CHATWOOT_URL: 'http://127.0.0.1:9' });
  expect(said[0]).toMatch(/^Chatwoot could not be asked \(no answer .*\), so nothing was erased here yet\.$/);
  expect(said.at(-1)).toBe(1);
  expect(await relay.store.conversation(id)).toBeDefined();
});

test('a database of another version is not touched beside a relay that may be running', async () => {
  await using relay = await startRelay();
  const { name } = await startConversation(relay, 'Hello');
  await relay.restart({
    async meanwhile() {
      const db = new Sqlite(join(relay.folder, 'baton.db'));
      const version = db.pragma('user_version', { simple: true }) as number;
      db.pragma(`user_version = ${version - 1}`);
      const said = await run(relay, ['show', name]);
      expect(said[0]).toContain('was written by another version of Baton');
      expect(said[1]).toBe('Start the relay of this version once.');
      expect(db.pragma('user_version', { simple: true })).toBe(version - 1);
      db.pragma(`user_version = ${version}`);
      db.close();
    },
  });
});

test('beside a relay on PostgreSQL it is the same', async () => {
  await using sandbox = await createSandbox();
  await using database = await createDatabase();
  const store = await openPostgres(database);
  const create = { site: 'demo', visitor: 'v', log: 'l' };
  await store.commit('c', 0, { create, at: 1, state: JSON.stringify(newState('s', 'en', null)), marks: noMarks });
  const env = { BATON_CONFIG: yaml, DATABASE_URL: database.url, CHATWOOT_URL: sandbox.url };
  const said: string[] = [];
  const operator = {
    env,
    folder: '/',
    now: () => 2,
    say: (line: string) => void said.push(line),
    complain: console.error,
  };
  expect(await runCommand(['show', 'c'], operator)).toBe(0);
  expect(said[0]).toBe(`Conversation ${shortName('c')}`);
  expect(await runCommand(['erase', 'v'], operator)).toBe(0);
  expect(await store.conversation('c')).toBeUndefined();
  // The relay goes on.
  await store.set('word', 'still mine');
  await store.close();
});
