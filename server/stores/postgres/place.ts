import { types, type ClientConfig } from 'pg';

/** Where a database is. Nothing in it is secret: it stands in sentences for the operator. */
export interface Place {
  /** A name, an address, or the folder of a socket. */
  host: string;
  port: number;
  database: string;
  /** Empty where the address names none. */
  user: string;
  hasPassword: boolean;
}

/** @param url an address that the configuration has let pass: `postgres://user:password@host:port/database?…` */
export function placeOf(url: string): Place {
  const { hostname, port, pathname, username, password, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? (decodeURIComponent(hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost'),
    port: Number(searchParams.get('port') ?? (port || 5432)),
    database: decodeURIComponent(pathname.slice(1)),
    user: searchParams.get('user') ?? decodeURIComponent(username),
    hasPassword: password !== '' || searchParams.has('password') || Boolean(process.env['PGPASSWORD']),
  };
}

/** How the server is told in a sentence: `PostgreSQL at db.example:5432`. */
export const serverOf = ({ host, port }: Place): string =>
  host.startsWith('/') ? `PostgreSQL at ${host}` : `PostgreSQL at ${host.includes(':') ? `[${host}]` : host}:${port}`;

/** `int8`: times in milliseconds and counts, all of them far below what a number holds exactly. */
const int8 = 20;

/** How each connection is made. */
export function connectionOptions(url: string): ClientConfig {
  const address = new URL(url);
  // `sslmode` means what it means to PostgreSQL's own programs: `require` encrypts, `verify-full` knows with whom, too.
  if (address.searchParams.has('sslmode')) address.searchParams.set('uselibpqcompat', 'true');
  return {
    connectionString: address.href,
    fallback_application_name: 'baton',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : types.getTypeParser(oid, format)) as never },
  };
}
