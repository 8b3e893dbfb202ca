import { z } from 'zod';
import { group, holds, number } from './values.ts';
import { expected } from './yaml-file.ts';

const example =
  'postgres://baton:…@db.example/baton, with the name of the database and signs such as / @ : in a password as %2F %40 %3A';
const notOne = expected(`PostgreSQL's address, ${example}`, { secret: true }); // the password is in it

function isAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, pathname } = new URL(value);
  return /^postgres(ql)?:$/.test(protocol) && pathname.length > 1;
}

/** TLS as PostgreSQL's own programs know it, but for `prefer` and `allow`: who wants TLS shall not get none. */
const tls = ['disable', 'require', 'verify-ca', 'verify-full'];
const isKnown = (value: string) => {
  const mode = new URL(value).searchParams.get('sslmode');
  return mode === null || tls.includes(mode);
};

/** Where everything is kept that is not in one file. */
export const database = group({
  url: holds(
    z
      .string({ error: notOne })
      .refine(isAddress, { error: notOne, abort: true })
      .refine(isKnown, { error: () => `has an sslmode that there is not: write one of ${tls.join(', ')}` })
      .optional(),
    'address, `postgres://…`',
  ).describe(
    'The PostgreSQL that everything is kept in, best as `${DATABASE_URL}`; without it, one SQLite file in `data`. `?sslmode=verify-full` speaks TLS.',
  ),
  connections: number('how many connections', { from: 2, to: 500 })
    .default(10)
    .describe('How many connections to PostgreSQL a relay has open at the most.'),
});
