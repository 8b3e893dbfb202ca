import { DatabaseError } from 'pg';
import { RelayError } from '../../errors.ts';
import { serverOf, type Place } from './place.ts';

/*
 * What PostgreSQL, or the way to it, says on a bad day, in one sentence each and with what to do. What the server
 * itself wrote is not repeated: it may quote what people said.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */

const codeOf = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

/** The decision itself is wrong, and would be wrong again: a broken constraint, a value that no column holds. */
export const isMistake = (error: unknown): boolean => error instanceof DatabaseError && /^2[23]/.test(codeOf(error));

/** The same again may well succeed: two that waited for each other, or a statement that met another one's commit. */
export const isCollision = (error: unknown): boolean => error instanceof DatabaseError && /^40/.test(codeOf(error));

/** The server itself has answered, and so nothing of what it refused has happened. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof DatabaseError && !/^(57P0[1-3]|08)/.test(codeOf(error));

/** The connection was lost, and another one may well be had at once. */
export const isLost = (error: unknown): boolean =>
  /^(57P01|ECONNRESET|EPIPE)$/.test(codeOf(error)) || /terminated|not queryable/.test(String(error));

/** The connection is good for nothing any more, though it is open: the server has become another one's standby. */
export const isReadOnly = (error: unknown): boolean => codeOf(error) === '25006';

type Sentence = readonly [what: string, remedy: string];

/** By the code of PostgreSQL, of the system or of TLS; the first that fits. */
const sentences: readonly (readonly [RegExp, (place: Place) => Sentence])[] = [
  [/^ECONNREFUSED$/, (at) => [`nothing listens where ${serverOf(at)} should be`, 'start it, or correct DATABASE_URL']],
  [/^(ENOTFOUND|EAI_AGAIN)$/, ({ host }) => [`there is no host named ${host}`, 'correct the host in DATABASE_URL']],
  [
    /^(ENOENT|EACCES)$/,
    (at) => [
      `${serverOf(at)}, or a file that DATABASE_URL names, cannot be opened`,
      'correct the path in DATABASE_URL',
    ],
  ],
  [/^(ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN)$/, silence],
  [
    /^28P01$/,
    (at) => [
      `${serverOf(at)} refuses the user ${at.user || 'of this process'} or the password`,
      'correct them in DATABASE_URL, with signs such as / @ : in a password as %2F %40 %3A',
    ],
  ],
  [
    /^28/,
    (at) => [
      `${serverOf(at)} lets nobody in from here as ${at.user || 'the user of this process'} without more`,
      'correct the user in DATABASE_URL, add ?sslmode=require, or let this machine in (pg_hba.conf)',
    ],
  ],
  [
    /^3D000$/,
    (at) => [
      `${serverOf(at)} has no database named ${at.database}`,
      `create it (CREATE DATABASE ${at.database}), or correct the name in DATABASE_URL`,
    ],
  ],
  [
    /^42501$/,
    (at) => [
      `the user ${at.user || 'of this process'} has too few rights in the database ${at.database}`,
      `make it the owner: ALTER DATABASE ${at.database} OWNER TO ${at.user || '…'}`,
    ],
  ],
  [
    /^42/,
    (at) => [
      `the tables in the database ${at.database} are not as this version of Baton has made them`,
      'restore the latest backup, or name an empty database in DATABASE_URL',
    ],
  ],
  [
    /^53300$/,
    (at) => [`${serverOf(at)} has no connection left`, 'lower database.connections, or raise its max_connections'],
  ],
  [/^53|^58/, (at) => [`${serverOf(at)} has no room, or its disk is not well`, 'see to the disk of its machine']],
  [
    /^25006$/,
    (at) => [`the database ${at.database} can only be read`, 'name the server that may be written in DATABASE_URL'],
  ],
  [/^57P03$/, (at) => [`${serverOf(at)} is starting or ending`, 'wait a moment, or start it']],
  [/^(57P|08)/, gone],
  [/^(57014|55P03)$/, (at) => [`${serverOf(at)} takes too long`, 'see what else it is busy with (pg_stat_activity)']],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_/,
    (at) => [
      `the certificate of ${serverOf(at)} is not one that is trusted here`,
      'name who signed it with sslrootcert=FILE in DATABASE_URL, and the host as the certificate has it',
    ],
  ],
  [/^(EPROTO|ERR_SSL)/, noTls],
  [/^(ECONNRESET|EPIPE)$/, gone],
];

/** What has no code: the driver's own words. */
const words: readonly (readonly [RegExp, (place: Place) => Sentence])[] = [
  [/timeout/i, silence],
  [/does not support SSL|Error establishing an SSL/, noTls],
  [
    /verify-ca requires/,
    () => [
      'DATABASE_URL says sslmode=verify-ca, and not who signed',
      'add sslrootcert=FILE, or write sslmode=verify-full',
    ],
  ],
  [
    /password must be a (non-empty )?string/,
    (at) => [`${serverOf(at)} asks for a password, and DATABASE_URL has none`, 'write it: postgres://user:password@…'],
  ],
  [/terminated|ended|not queryable/, gone],
];

function silence(at: Place): Sentence {
  return [`${serverOf(at)} does not answer`, 'see that it runs, and that nothing on the way keeps it from answering'];
}
function gone(at: Place): Sentence {
  return [`${serverOf(at)} has ended the connection`, 'see that it runs, and that PostgreSQL is what listens there'];
}
function noTls(at: Place): Sentence {
  return [`${serverOf(at)} speaks no TLS`, 'switch it on there, or write ?sslmode=disable in DATABASE_URL'];
}

/** Nothing can be read or written now; why, and what the operator can do. */
export function unavailable(error: unknown, place: Place): RelayError {
  if (error instanceof RelayError) return error;
  const message = error instanceof Error ? error.message : '';
  const found =
    sentences.find(([code]) => codeOf(error) !== '' && code.test(codeOf(error))) ??
    words.find(([text]) => text.test(message));
  const [what, remedy] = found?.[1](place) ?? [`${serverOf(place)} cannot be used`, 'see what its own log says'];
  return new RelayError(what, { remedy, cause: error });
}
