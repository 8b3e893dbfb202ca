import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { RelayError } from '../../errors.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';
import { openSqlite } from './sqlite-store.ts';

/** A folder with a database in it that holds one setting, and what else a test needs. */
async function openFolder({ empty = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-backup-'));
  const file = join(folder, 'data', 'baton.db');
  if (!empty) await keepWord(file, 'first');
  return { folder, file, copy: join(folder, 'copy.db'), [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

async function keepWord(file: string, word: string) {
  const store = await openSqlite({ file });
  await store.set('word', word);
  await store.close();
}

async function wordIn(file: string): Promise<string | undefined> {
  const store = await openSqlite({ file });
  const word = await store.setting('word');
  await store.close();
  return word;
}

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

function failure(job: () => unknown): RelayError {
  try {
    job();
  } catch (error) {
    expect(error).toBeInstanceOf(RelayError);
    expect((error as RelayError).message).not.toContain('\n');
    expect((error as RelayError).remedy).toBeTruthy();
    return error as RelayError;
  }
  throw new Error('it did not fail');
}

test('a backup that is made while a relay writes is whole, and has every word that was acknowledged before it', async () => {
  await using at = await openFolder({ empty: true });
  const script = fileURLToPath(new URL('./under-load.cjs', import.meta.url));
  const child = spawn(process.execPath, [script, at.file, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const acknowledged = new Map<string, number>();
  const lines = createInterface({ input: child.stdout });
  try {
    let count = 0;
    const enough = new Promise<void>((resolve) => {
      lines.on('line', (line) => {
        const [id = '', , seq] = line.split(' ');
        acknowledged.set(id, Number(seq));
        if ((count += 1) === 400) resolve();
      });
    });
    await enough;
    const before = new Map(acknowledged);
    const content = backUp(at.file, at.copy);
    await once(lines, 'line'); // the relay goes on
    expect(modeOf(at.copy)).toBe('600');
    expect(readdirSync(at.folder).sort()).toEqual(['copy.db', 'data']);
    const store = await openSqlite({ file: at.copy });
    let events = 0;
    for (const [id, seq] of before) {
      const found = await store.conversation(id);
      expect(found?.seq).toBeGreaterThanOrEqual(seq);
      const log = await store.events(id, 0, 1_000_000);
      expect(log.map((event) => event.seq)).toEqual(Array.from({ length: found?.seq ?? 0 }, (_, i) => i + 1));
      events += log.length;
    }
    await store.close();
    expect(content).toEqual({
      bytes: expect.any(Number),
      conversations: before.size,
      events,
      changedAt: expect.any(Number),
    });
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

test('a backup overwrites nothing, and leaves nothing half written', async () => {
  await using at = await openFolder();
  writeFileSync(at.copy, 'something else');
  expect(failure(() => backUp(at.file, at.copy)).message).toBe(`${at.copy} is there already`);
  expect(readFileSync(at.copy, 'utf8')).toBe('something else');
  const nowhere = join(at.folder, 'none', 'copy.db');
  expect(failure(() => backUp(at.file, nowhere)).message).toBe(`${nowhere} cannot be written`);
  const missing = join(at.folder, 'none.db');
  expect(failure(() => backUp(missing, join(at.folder, 'b.db'))).message).toBe(`there is no database at ${missing}`);
  // Damaged within: what was read would be a copy of the damage.
  const bytes = readFileSync(at.file);
  bytes.fill(0xa5, 4_096);
  writeFileSync(at.file, bytes);
  failure(() => backUp(at.file, join(at.folder, 'c.db')));
  expect(readdirSync(at.folder).sort()).toEqual(['copy.db', 'data']);
});

test('a backup is restored: private, with the database from before beside it', async () => {
  await using at = await openFolder();
  backUp(at.file, at.copy);
  await keepWord(at.file, 'second');
  const { content, kept } = restore(at.copy, at.file, Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(content).toEqual({ bytes: statSync(at.copy).size, conversations: 0, events: 0, changedAt: null });
  expect(kept).toBe(`${at.file}.before-2026-01-02T03-04-05-000Z`);
  expect(modeOf(at.file)).toBe('600');
  expect(await wordIn(at.file)).toBe('first');
  expect(await wordIn(kept ?? '')).toBe('second');
});

test('what a killed relay left in its log is part of what is kept, and not of what is restored', async () => {
  await using at = await openFolder();
  backUp(at.file, at.copy);
  const db = new Sqlite(at.file);
  db.pragma('journal_mode = WAL');
  db.pragma('wal_autocheckpoint = 0');
  db.exec("UPDATE setting SET value = 'only in the log' WHERE name = 'word'");
  // As a power cut leaves it: nobody closed it.
  for (const end of ['', '-wal']) copyFileSync(`${at.file}${end}`, `${at.folder}/cut.db${end}`);
  db.close();
  for (const end of ['', '-wal']) copyFileSync(`${at.folder}/cut.db${end}`, `${at.file}${end}`);
  const { kept } = restore(at.copy, at.file, 0);
  expect(await wordIn(at.file)).toBe('first');
  expect(await wordIn(kept ?? '')).toBe('only in the log');
  // A plain copy of both files is as good as a backup.
  restore(join(at.folder, 'cut.db'), at.file, 1);
  expect(await wordIn(at.file)).toBe('only in the log');
});

test('a damaged database makes way for a backup, and is kept as it was', async () => {
  await using at = await openFolder();
  backUp(at.file, at.copy);
  const rubbish = Buffer.alloc(20_000, 'x');
  writeFileSync(at.file, rubbish);
  const { kept } = restore(at.copy, at.file, 0);
  expect(await wordIn(at.file)).toBe('first');
  expect(readFileSync(kept ?? '').equals(rubbish)).toBe(true);
});

test('a backup is restored where there is no database yet', async () => {
  await using at = await openFolder();
  backUp(at.file, at.copy);
  const elsewhere = join(at.folder, 'new', 'baton.db');
  expect(restore(at.copy, elsewhere, 0).kept).toBeNull();
  expect(modeOf(dirname(elsewhere))).toBe('700');
  expect(await wordIn(elsewhere)).toBe('first');
});

test.for<[string, (copy: string) => void, string]>([
  ['is missing', (copy) => rmSync(copy), 'there is no file '],
  ['is empty', (copy) => truncateSync(copy, 0), ' is empty'],
  ['is no database', (copy) => writeFileSync(copy, 'hello '.repeat(2_000)), ' is damaged, or is no database'],
  ['was cut off', (copy) => truncateSync(copy, 5 * 4_096), ' is damaged, or is no database'],
  ['is another program’s', (copy) => alter(copy, 'DROP TABLE session'), ' is no database of Baton'],
  [
    'was written by a newer version',
    (copy) => alter(copy, 'PRAGMA user_version = 99'),
    ' was written by a newer version',
  ],
])('a backup that %s is refused in one sentence, and nothing is changed', async ([, spoil, sentence]) => {
  await using at = await openFolder();
  backUp(at.file, at.copy);
  spoil(at.copy);
  const before = readFileSync(at.file);
  const { message } = failure(() => restore(at.copy, at.file, 0));
  expect(message).toContain(sentence);
  expect(message).toContain(at.copy);
  expect(readFileSync(at.file).equals(before)).toBe(true);
  expect(readdirSync(dirname(at.file)).sort()).toEqual(['baton.db', 'baton.db-lock']);
});

test('nothing is restored under a relay that runs', async () => {
  await using at = await openFolder();
  backUp(at.file, at.copy);
  const store = await openSqlite({ file: at.file });
  const { message, remedy } = failure(() => restore(at.copy, at.file, 0));
  expect(message).toBe(`another relay is running on ${at.file}`);
  expect(remedy).toContain('stop it first');
  await store.set('word', 'still mine');
  await store.close();
  expect(await wordIn(at.file)).toBe('still mine');
});

function alter(file: string, sql: string): void {
  const db = new Sqlite(file);
  db.exec(sql);
  db.close();
}
