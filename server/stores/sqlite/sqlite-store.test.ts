import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { RelayError } from '../../errors.ts';
import { silent } from '../../log.ts';
import type { Changes, Marks, Store } from '../store.ts';
import { describeStore } from '../store.contract.ts';
import { openSqlite } from './sqlite-store.ts';

const run = promisify(execFile);

/** In a folder of its own, which is gone afterwards. */
async function temporaryFile() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-store-'));
  return {
    file: join(folder, 'data', 'baton.db'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

/** In a process of its own: opening and closing the files in this one would end the locks that SQLite has on them. */
async function keeps(file: string, words: string[]): Promise<boolean> {
  const look = `
    const { readdirSync, readFileSync } = require('node:fs');
    const { dirname, join } = require('node:path');
    const [file, ...words] = process.argv.slice(1);
    const files = readdirSync(dirname(file)).map((name) => readFileSync(join(dirname(file), name)));
    process.stdout.write(String(files.some((bytes) => words.some((some) => bytes.includes(some)))));`;
  return (await run(process.execPath, ['-e', look, file, ...words])).stdout === 'true';
}

/** A relay that commits on and on; `acknowledged` are the lines it says. */
function startUnderLoad(file: string, life: number) {
  const script = fileURLToPath(new URL('./under-load.cjs', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script, file, String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! }); // a pipe, as asked for above
  return { child, lines, over: Promise.all([once(child, 'exit'), once(lines, 'close')]) };
}

function alter(file: string, sql: string): void {
  const db = new Sqlite(file);
  db.exec(sql);
  db.close();
}

const marks: Marks = { spoke: 0, forDesk: 0, told: 0, telling: null };
const born: Changes = { create: { site: 'demo', visitor: 'v', log: 'l' }, at: 1, state: '{}', marks };
/** A decision with this many characters in it. */
const large = (version: number, size: number): Changes => ({
  ...(version === 0 ? born : {}),
  at: 2,
  marks,
  addWork: [
    {
      id: `w-${version}`,
      after: 0,
      task: { lane: 'timer', timer: 'x'.repeat(size), epoch: 1 },
      notBefore: 0,
      attempts: 0,
      status: 'ready',
      sentAt: null,
    },
  ],
});

describeStore('a store in SQLite', async () => {
  const folder = await temporaryFile();
  let store: Store = await openSqlite({ file: folder.file });
  return {
    store,
    async reopen() {
      await store.close();
      return (store = await openSqlite({ file: folder.file }));
    },
    keeps: (...words) => keeps(folder.file, words),
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
});

test('waits for the disk at each commit, the first time and after reopening', async () => {
  await using folder = await temporaryFile();
  const opened: object[] = [];
  for (let i = 0; i < 2; i += 1) {
    const store = await openSqlite({ file: folder.file, log: { ...silent, debug: (fields) => opened.push(fields) } });
    await store.close();
  }
  const full = 2;
  expect(opened).toEqual(Array(2).fill({ file: folder.file, synchronous: full, journal: 'wal' }));
});

test('can be read by its owner alone, and leaves no log behind', async () => {
  await using folder = await temporaryFile();
  const store = await openSqlite(folder);
  await store.commit('c', 0, born);
  const data = dirname(folder.file);
  expect(statSync(data).mode & 0o777).toBe(0o700);
  const modes = (await readdir(data)).map((name) => [name, statSync(join(data, name)).mode & 0o777]);
  expect(Object.fromEntries(modes)).toEqual({
    'baton.db': 0o600,
    'baton.db-lock': 0o600,
    'baton.db-shm': 0o600,
    'baton.db-wal': 0o600,
  });
  await store.close();
  expect((await readdir(data)).sort()).toEqual(['baton.db', 'baton.db-lock']);
});

test('a database that others may read is opened with a warning and the command that mends it', async () => {
  await using folder = await temporaryFile();
  const warnings: object[] = [];
  const open = () => openSqlite({ ...folder, log: { ...silent, warn: (fields) => warnings.push(fields) } });
  await (await open()).close();
  expect(warnings).toEqual([]);
  chmodSync(folder.file, 0o666);
  await (await open()).close();
  expect(warnings).toEqual([{ file: folder.file, remedy: `chmod 600 ${folder.file}*` }]);
});

test(
  'loses nothing that it acknowledged when it is killed under load, and numbers without a gap',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryFile();
    const acknowledged = new Map<string, { version: number; seq: number }>();
    for (let life = 0; life < 8; life += 1) {
      const { child, lines, over } = startUnderLoad(folder.file, life);
      let count = 0;
      lines.on('line', (line) => {
        const [id, version, seq] = line.split(' ');
        if (seq === undefined) return; // cut off by the kill
        acknowledged.set(id!, { version: Number(version), seq: Number(seq) });
        count += 1;
        if (count === 20 + life * 61) child.kill('SIGKILL');
      });
      await over;
      expect(child.signalCode).toBe('SIGKILL');
    }
    const store = await openSqlite(folder);
    expect(acknowledged.size).toBe(20);
    for (const [id, { version, seq }] of acknowledged) {
      const now = (await store.conversation(id))!;
      expect(now.version).toBeGreaterThanOrEqual(version);
      // What was saved and not acknowledged in time may be there: one decision at the most.
      expect(now.version).toBeLessThanOrEqual(version + 1);
      expect(now.seq).toBe(now.version * 2);
      expect(now.seq).toBeGreaterThanOrEqual(seq);
      expect(JSON.parse(now.state)).toEqual({ note: `after ${now.seq}` });
      expect(now.marks.forDesk).toBe(now.seq - 1);
      const events = await store.events(id, 0, 1_000_000);
      expect(events.map((event) => event.seq)).toEqual(Array.from({ length: now.seq }, (_, i) => i + 1));
      for (const event of events) {
        if (event.kind !== 'message') continue;
        expect(event.message.text).toBe(`words of ${event.message.id}`);
        expect(await store.receipt(id, event.message.id)).toMatchObject({ seq: event.seq });
      }
    }
    await store.close();
  },
);

test('belongs to one relay at a time, until that one is gone, however it goes', async () => {
  await using folder = await temporaryFile();
  const { child, lines, over } = startUnderLoad(folder.file, 0);
  await once(lines, 'line');
  const began = performance.now();
  await expect(openSqlite(folder)).rejects.toThrow(`another relay is running on ${folder.file}`);
  expect(performance.now() - began).toBeLessThan(10_000);
  child.kill('SIGKILL');
  await over;
  const store = await openSqlite(folder);
  await expect(openSqlite(folder)).rejects.toThrow('another relay is running');
  expect(await store.commit('still-mine', 0, born)).toBe('ok');
  await store.close();
});

test('refuses when the disk is full, keeps what it has, and goes on when there is room', async () => {
  await using folder = await temporaryFile();
  const store = await openSqlite({ ...folder, mostBytes: 400_000 });
  const size = 30_000;
  let version = 0;
  let error: unknown;
  while (error === undefined) {
    error = await store.commit('c', version, large(version, size)).then(
      () => void (version += 1),
      (error: unknown) => error,
    );
  }
  expect(error).toBeInstanceOf(RelayError);
  expect(error).toMatchObject({ refusal: 'unavailable' });
  expect((await store.conversation('c'))?.version).toBe(version);
  // One that fits is written although its neighbours in the batch do not fit.
  const neighbours = [
    store.commit('d', 0, large(0, size)),
    store.commit('e', 0, born),
    store.commit('f', 0, large(0, size)),
  ];
  expect((await Promise.allSettled(neighbours)).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  expect(await store.commit('c', version, { at: 3, marks, dropWork: ['w-0', 'w-1', 'w-2'] })).toBe('ok');
  expect(await store.commit('d', 0, large(0, size))).toBe('ok');
  expect(await store.work('c')).toHaveLength(version - 3);
  await store.close();
});

test('says within 3 s that nothing can be kept while another program holds the file, and goes on afterwards', async () => {
  await using folder = await temporaryFile();
  const store = await openSqlite(folder);
  await store.commit('c', 0, born);
  const other = new Sqlite(folder.file);
  other.exec('BEGIN IMMEDIATE');
  // One that comes while another one is waiting waits longest.
  const asked = (async () => {
    const first = store.commit('c', 1, { at: 2, marks });
    first.catch(() => {});
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve))); // the first is with the writer
    const began = performance.now();
    const error: unknown = await store.commit('d', 0, born).catch((error: unknown) => error);
    return { error, ms: performance.now() - began };
  })();
  const { error, ms } = await asked;
  expect(error).toMatchObject({ refusal: 'unavailable', remedy: expect.stringContaining('end the other program') });
  expect(ms).toBeLessThan(10_000);
  expect((await store.conversation('c'))?.version).toBe(1);
  other.exec('ROLLBACK');
  other.close();
  expect(await store.commit('d', 0, born)).toBe('ok');
  await store.close();
});

test('says in one sentence that there is no room to start', async () => {
  await using folder = await temporaryFile();
  const error: unknown = await openSqlite({ ...folder, mostBytes: 2 * 4_096 }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RelayError);
  expect((error as RelayError).message).toMatch(/cannot be opened: database or disk is full$/);
  expect((error as RelayError).remedy).toContain('has room');
});

test.for<[string, (file: string) => void, string]>([
  ['is no database', (file) => writeFileSync(file, 'hello '.repeat(2_000)), 'is damaged, or is no database'],
  [
    'was damaged in its middle',
    (file) => {
      const bytes = readFileSync(file);
      bytes.fill(0xa5, 3 * 4_096, 5 * 4_096);
      writeFileSync(file, bytes);
    },
    'is damaged, or is no database',
  ],
  ['was cut off', (file) => truncateSync(file, 5 * 4_096), 'is damaged, or is no database'],
  [
    'was written by a newer version',
    (file) => alter(file, 'PRAGMA user_version = 99'),
    'was written by a newer version of Baton (99;',
  ],
  ['belongs to another program', (file) => alter(file, 'PRAGMA user_version = 0'), 'belongs to another program'],
])('says in one sentence that its file %s, and does not touch it', async ([, spoil, sentence]) => {
  await using folder = await temporaryFile();
  const store = await openSqlite(folder);
  await store.commit('c', 0, large(0, 50_000));
  await store.close();
  spoil(folder.file);
  const before = readFileSync(folder.file);
  const error: unknown = await openSqlite(folder).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(RelayError);
  expect((error as RelayError).message).toContain(sentence);
  expect((error as RelayError).message).toContain(folder.file);
  expect((error as RelayError).message).not.toContain('\n');
  expect((error as RelayError).remedy).toBeTruthy();
  expect(readFileSync(folder.file).equals(before)).toBe(true);
});
