import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { RelayError } from '../../errors.ts';
import { openLine } from '../../testing/line.ts';
import { listen } from '../../testing/listen.ts';
import { addressOf, createDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { requireOwnSessions, usualPatience } from './examine.ts';
import { placeOf } from './place.ts';
import { openPostgres } from './postgres-store.ts';

const patience = { ...usualPatience, firstConnect: 1_000, handover: 300 };

/** What an operator reads of a database that cannot be used, and that it holds no password. */
async function complaint(url: string): Promise<string> {
  const log = listen();
  const error: unknown = await openPostgres({ url, log, patience }).then(
    (store) => store.close(),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(RelayError);
  const { message, remedy } = error as RelayError;
  const told = `${message}: ${remedy}`;
  expect(told).not.toContain('\n');
  const { password } = new URL(url);
  if (password) expect(told + JSON.stringify(log.lines)).not.toContain(password);
  return told;
}

/** The address with something else in it. */
function but(url: string, change: (url: URL) => void): string {
  const changed = new URL(url);
  change(changed);
  return changed.href;
}

const tables = async (database: TestDatabase) =>
  (
    await database.run<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
    )
  ).map(({ name }) => name);

test('a server that is not there is told by host and port', async () => {
  const door = createServer().listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  door.close();
  await once(door, 'close');
  expect(await complaint(`postgres://baton:secret-1@127.0.0.1:${port}/baton`)).toBe(
    `nothing listens where PostgreSQL at 127.0.0.1:${port} should be: start it, or correct DATABASE_URL`,
  );
  expect(await complaint('postgres://baton:secret-1@no-such-host.invalid/baton')).toBe(
    'there is no host named no-such-host.invalid: correct the host in DATABASE_URL',
  );
  expect(await complaint('postgres://baton:secret-1@%2Fno%2Fsuch%2Ffolder/baton')).toContain(
    'PostgreSQL at /no/such/folder, or a file that DATABASE_URL names, cannot be opened',
  );
});

test('what listens there and is no PostgreSQL, or says nothing, is told so', async () => {
  await using web = await openLine(await addressOf('postgres'));
  const door = createServer((socket) => void socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const { port } = door.address() as AddressInfo;
  expect(await complaint(`postgres://baton:secret-1@127.0.0.1:${port}/baton`)).toContain(
    'has ended the connection: see that it runs, and that PostgreSQL is what listens there',
  );
  door.close();
  web.hang();
  expect(await complaint(web.url)).toContain('does not answer: see that it runs, and that nothing on the way');
});

test('a wrong password, a wrong user and a wrong database are told apart', async () => {
  await using database = await createDatabase();
  const { host } = new URL(database.url);
  expect(await complaint(but(database.url, (url) => (url.password = 'wrong-secret')))).toContain(
    `PostgreSQL at ${host} refuses the user postgres or the password`,
  );
  expect(await complaint(but(database.url, (url) => (url.username = 'nobody-here')))).toContain(
    'refuses the user nobody-here or the password',
  );
  expect(await complaint(but(database.url, (url) => (url.password = '')))).toContain(
    'asks for a password, and DATABASE_URL has none',
  );
  expect(await complaint(but(database.url, (url) => (url.pathname = '/not_there')))).toContain(
    `PostgreSQL at ${host} has no database named not_there: create it (CREATE DATABASE not_there)`,
  );
});

test('TLS that the server does not speak is told, and what to do', async () => {
  await using database = await createDatabase();
  expect(await complaint(but(database.url, (url) => url.searchParams.set('sslmode', 'verify-full')))).toContain(
    'speaks no TLS: switch it on there, or write ?sslmode=disable in DATABASE_URL',
  );
  expect(await complaint(but(database.url, (url) => url.searchParams.set('sslmode', 'verify-ca')))).toBe(
    'DATABASE_URL says sslmode=verify-ca, and not who signed: add sslrootcert=FILE, or write sslmode=verify-full',
  );
  expect(
    await complaint(
      but(database.url, ({ searchParams }) => {
        searchParams.set('sslmode', 'verify-full');
        searchParams.set('sslrootcert', '/no/such/file');
      }),
    ),
  ).toContain('a file that DATABASE_URL names, cannot be opened');
});

test('a server that is too old is told with both versions', async () => {
  await using database = await createDatabase();
  const [row] = await database.run<{ version: string }>("SELECT current_setting('server_version_num') AS version");
  await using line = await openLine(database.url);
  line.rewrite(row?.version ?? '', '140022'.slice(0, row?.version.length));
  const told = await complaint(line.url);
  expect(told).toMatch(/ is version .*, and Baton needs 15 or newer: bring it up to date/);
  expect(await tables(database)).toEqual([]);
});

test('a database with another encoding is told, and how to make one', async () => {
  await using database = await createDatabase("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  expect(await complaint(database.url)).toContain(
    `the database ${database.name} keeps text as LATIN1, and visitors write in every language: make one that keeps it as UTF-8`,
  );
  expect(await tables(database)).toEqual([]);
});

test('a database that can only be read is told', async () => {
  await using database = await createDatabase();
  await (await openPostgres(database)).close();
  await database.run(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
  expect(await complaint(database.url)).toContain(`the database ${database.name} can only be read`);
});

test('a database without room is told, and nothing of the tables is left', async () => {
  await using database = await createDatabase();
  await using line = await openLine(database.url);
  line.refuse('CREATE TABLE conversation', '53100', 'could not extend file: No space left on device');
  expect(await complaint(line.url)).toContain('has no room, or its disk is not well: see to the disk of its machine');
  expect(await tables(database)).toEqual([]);
});

test('the tables of another program are left alone', async () => {
  await using database = await createDatabase();
  await database.run('CREATE TABLE customers (id int)');
  expect(await complaint(database.url)).toContain(
    `the database ${database.name} belongs to another program: it holds a table named customers: make one for Baton alone`,
  );
  expect(await tables(database)).toEqual(['customers']);
  await database.run('ALTER TABLE customers RENAME TO baton_schema');
  expect(await complaint(database.url)).toContain('it holds a table named baton_schema that is not ours');
  expect(await tables(database)).toEqual(['baton_schema']);
});

test('a database of a newer Baton is left alone', async () => {
  await using database = await createDatabase();
  await (await openPostgres(database)).close();
  const before = await tables(database);
  await database.run('UPDATE baton_schema SET version = 99');
  expect(await complaint(database.url)).toMatch(
    /was written by a newer version of Baton \(99; known: \d+\): start that/,
  );
  expect(await tables(database)).toEqual(before);
  expect(await database.run('SELECT version FROM baton_schema')).toEqual([{ version: 99 }]);
});

test('a user without rights is told how to get them', async () => {
  await using database = await createDatabase();
  const user = `${database.name}_user`;
  await database.run(`CREATE ROLE ${user} LOGIN PASSWORD 'secret-2'`);
  const url = but(database.url, (url) => {
    url.username = user;
    url.password = 'secret-2';
  });
  const remedy = `has too few rights in the database ${database.name}: make it the owner: ALTER DATABASE ${database.name} OWNER TO ${user}`;
  try {
    expect(await complaint(url)).toContain(remedy);
    expect(await tables(database)).toEqual([]);
    // It may read what another user has made, and write some of it.
    await (await openPostgres(database)).close();
    await database.run(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}; REVOKE DELETE ON work FROM ${user}`);
    expect(await complaint(url)).toContain(remedy);
    await database.run(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}`);
    await (await openPostgres({ url })).close();
  } finally {
    await database.run(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
  }
});

test('tables are made in the schema that the address names, and another program’s stay in theirs', async () => {
  await using database = await createDatabase();
  await database.run('CREATE TABLE customers (id int)');
  const url = but(database.url, ({ searchParams }) => searchParams.set('options', '-c search_path=baton'));
  expect(await complaint(url)).toContain('has no schema for our tables: create the one that search_path names');
  await database.run('CREATE SCHEMA baton');
  const store = await openPostgres({ url });
  await store.set('a', 'b');
  await store.close();
  expect(await database.run('SELECT value FROM baton.setting')).toEqual([{ value: 'b' }]);
  expect(await tables(database)).toEqual(['customers']);
});

test('many that start at once make the tables once, and one of them gets to write', async () => {
  await using database = await createDatabase();
  const opened = await Promise.allSettled(Array.from({ length: 4 }, () => openPostgres({ ...database, patience })));
  const stores = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = opened.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  expect(stores).toHaveLength(1);
  for (const told of refused) expect(told).toContain(`another relay is running on the database ${database.name}`);
  await stores[0]?.close();
  await (await openPostgres(database)).close();
});

test('waits for its disk whatever the database says, and tells it where one looks closely', async () => {
  await using database = await createDatabase();
  await database.run(`ALTER DATABASE ${database.name} SET synchronous_commit = off`);
  const opened: object[] = [];
  const log = listen();
  const store = await openPostgres({ url: database.url, log: { ...log, debug: (fields) => opened.push(fields) } });
  await store.set('a', 'b');
  await store.close();
  expect(opened).toEqual([expect.objectContaining({ synchronous: 'on', database: database.name })]);
  expect(JSON.stringify(opened)).not.toContain(new URL(database.url).password);
});

test('connections that share a session are refused, as behind a pooler that has one for each transaction', async () => {
  await using database = await createDatabase();
  const [client, other] = [new Client(database.url), new Client(database.url)];
  try {
    await Promise.all([client.connect(), other.connect()]);
    await requireOwnSessions(client, other, placeOf(database.url));
    await expect(requireOwnSessions(client, client, placeOf(database.url))).rejects.toThrow(
      /^what stands before PostgreSQL at \S+ does not keep a session for each connection$/,
    );
  } finally {
    await Promise.all([client.end(), other.end()]);
  }
});
