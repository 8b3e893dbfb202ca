import type { ClientBase } from 'pg';
import { RelayError } from '../../errors.ts';
import { serverOf, type Place } from './place.ts';

/** The oldest that Baton is tried with. */
const oldest = 15;

/** How long things may take, in milliseconds. */
export interface Patience {
  /** At the start. */
  firstConnect: number;
  connect: number;
  /** For a row that somebody else has locked. */
  lock: number;
  statement: number;
  /** After this the connection is given up, whatever the server does. */
  answer: number;
  /** Finding out what became of a decision whose connection was lost. */
  settle: number;
  /** A relay that is just ending, for the right to write. */
  handover: number;
}

/** Who asks shall hear within seconds that nothing can be kept now. */
export const usualPatience: Patience = {
  firstConnect: 5_000,
  connect: 1_500,
  lock: 400,
  statement: 2_000,
  answer: 2_500,
  settle: 2_500,
  handover: 2_000,
};

interface Found {
  version: number;
  versionName: string;
  encoding: string;
  fsync: string;
  synchronousCommit: string;
  isStandby: boolean;
  readOnly: string;
  schema: string | null;
}

/**
 * Makes a connection what all of ours are, whatever the server, the database or the user have as their own defaults: a
 * commit waits for the disk, text is UTF-8, and nothing is waited for any longer than visitors would wait.
 */
export async function prepare(client: ClientBase, patience: Patience): Promise<void> {
  const settings = {
    client_encoding: 'UTF8',
    default_transaction_isolation: 'read committed',
    statement_timeout: String(patience.statement),
    lock_timeout: String(patience.lock),
    idle_in_transaction_session_timeout: '60000',
    jit: 'off', // our statements are small: compiling one takes longer than running it
    // Where this process vanishes with its machine, the server is to notice within seconds, and to let go of its locks.
    tcp_keepalives_idle: '5',
    tcp_keepalives_interval: '2',
    tcp_keepalives_count: '3',
  };
  const names = Object.keys(settings).map((name, i) => `set_config('${name}', $${i + 1}, false)`);
  await client.query({ text: `SELECT ${names.join(', ')}`, values: Object.values(settings) });
  // What waits for standbys, too, stays as it is.
  await client.query(
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
  );
}

const session = async (client: ClientBase) =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;

/**
 * Our locks, settings and LISTEN belong to a session. A pooler that has a session for each transaction lends one to
 * several connections.
 * @param other another connection to the same place
 * @throws {RelayError} where both have the same session
 */
export async function requireOwnSessions(client: ClientBase, other: ClientBase, place: Place): Promise<void> {
  if ((await session(client)) !== (await session(other))) return;
  throw new RelayError(`what stands before ${serverOf(place)} does not keep a session for each connection`, {
    remedy: 'set pool_mode = session in PgBouncer, or name the server itself in DATABASE_URL',
  });
}

/**
 * Looks at everything that a promise rests on. The connection has been prepared.
 * @throws {RelayError} in one sentence, with what to do
 */
export async function examine(client: ClientBase, place: Place): Promise<{ version: string; synchronous: string }> {
  const {
    rows: [found],
  } = await client.query<Found>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS "versionName",
      pg_encoding_to_char(encoding) AS encoding, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS "synchronousCommit", pg_is_in_recovery() AS "isStandby",
      current_setting('transaction_read_only') AS "readOnly", current_schema() AS schema
    FROM pg_database WHERE datname = current_database()`,
  );
  if (!found) throw new Error('a database does not know itself'); // it always does
  const refuse = (sentence: string, remedy: string) => {
    throw new RelayError(sentence, { remedy });
  };
  const { database } = place;
  if (found.version < oldest * 10_000) {
    refuse(
      `${serverOf(place)} is version ${found.versionName}, and Baton needs ${oldest} or newer`,
      'bring it up to date, or name a newer server in DATABASE_URL',
    );
  }
  if (found.encoding !== 'UTF8') {
    refuse(
      `the database ${database} keeps text as ${found.encoding}, and visitors write in every language`,
      `make one that keeps it as UTF-8: CREATE DATABASE ${database} ENCODING 'UTF8' TEMPLATE template0`,
    );
  }
  if (found.isStandby) refuse(`${serverOf(place)} is a standby`, 'name the server that may be written in DATABASE_URL');
  if (found.readOnly === 'on') {
    refuse(
      `the database ${database} can only be read`,
      'see default_transaction_read_only of the server, the database and the user',
    );
  }
  if (found.fsync !== 'on' || found.synchronousCommit === 'off') {
    refuse(
      `${serverOf(place)} does not wait for its disk, so a power cut would lose what was acknowledged`,
      'set fsync = on in its postgresql.conf',
    );
  }
  if (found.schema === null) {
    refuse(
      `the database ${database} has no schema for our tables`,
      `create the one that search_path names, such as: CREATE SCHEMA public AUTHORIZATION ${place.user || '…'}`,
    );
  }
  return { version: found.versionName, synchronous: found.synchronousCommit };
}
