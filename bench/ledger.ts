import Sqlite from 'better-sqlite3';
import { Client } from 'pg';

/** What the relay has kept, seen from outside. */
export interface Ledger {
  /** Words that the desk has not had yet, and rows of work. */
  waitingForDesk(): Promise<number>;
  ownedByPeople(): Promise<number>;
  saidByVisitors(): Promise<number>;
  close(): Promise<void>;
}

const by = (kind: string) => `l.author LIKE '%"kind":"${kind}"%'`;

/** @param count runs a query that counts; both kinds of database understand these */
function ledger(count: (sql: string) => Promise<number>, state: string): Omit<Ledger, 'close'> {
  const words = `SELECT count(*) FROM conversation AS c JOIN log AS l ON l.conversation = c.num AND l.seq > c.told
    WHERE ${by('visitor')} OR ${by('bot')}`;
  return {
    waitingForDesk: () => count(`SELECT (${words}) + (SELECT count(*) FROM work)`),
    ownedByPeople: () => count(`SELECT count(*) FROM state WHERE ${state} LIKE '%"phase":"human"%'`),
    saidByVisitors: () => count(`SELECT count(*) FROM log AS l WHERE ${by('visitor')}`),
  };
}

export function sqliteLedger(file: string): Ledger {
  // Opened for each question: one that stays open would hold up the relay when it carries its log over.
  const count = (sql: string) => look(file, (db) => db.prepare(sql).pluck().get() as number);
  return { ...ledger((sql) => Promise.resolve(count(sql)), 'json'), close: () => Promise.resolve() };
}

export function look<T>(file: string, read: (db: Sqlite.Database) => T): T {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

export async function postgresLedger(url: string): Promise<Ledger> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const count = async (sql: string) => {
    const { rows } = await client.query<{ count: string }>(`SELECT (${sql}) AS count`);
    return Number(rows[0]?.count);
  };
  return { ...ledger(count, 'body'), close: () => client.end() };
}
