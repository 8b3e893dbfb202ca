import { expect, test } from 'vitest';
import { createDatabase } from '../../testing/test-database.ts';
import { openPostgres } from './postgres-store.ts';
import { withWorkSince } from './reader.ts';

/* How PostgreSQL finds what is asked for every few seconds, however many conversations there are. */

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Plan[];
}
const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];

test('what is to be done in conversations that changed lately is found by an index', async () => {
  await using database = await createDatabase();
  await (await openPostgres({ url: database.url, connections: 2 })).close();
  const count = 20_000;
  await database.run(
    `INSERT INTO conversation
        (id, site, visitor, log, version, seq, spoke, for_desk, told, stamp, created_at, updated_at, active)
      SELECT 'c' || n, 'demo', 'v', 'l', 1, 2, 1, 2, CASE WHEN n % 1000 = 0 THEN 1 ELSE 2 END,
        '00000000-0000-0000-0000-000000000000', n::bigint * 60000, n::bigint * 60000, n FROM generate_series(1, ${count}) AS n`,
  );
  await database.run('ANALYZE conversation');
  const lately = (count - 20) * 60_000;
  const text = withWorkSince.replace('$1', String(lately));
  const [found] = await database.run<{ 'QUERY PLAN': { Plan: Plan }[] }>(`EXPLAIN (FORMAT JSON) ${text}`);
  const plan = found?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error('the server explains nothing');
  const looks = flat(plan).filter((one) => one['Relation Name'] === 'conversation' || one['Index Name']);
  expect(looks.map((one) => one['Index Name'])).toContain('conversation_by_change');
  expect(
    flat(plan)
      .filter((one) => one['Node Type'] === 'Seq Scan')
      .map((one) => one['Relation Name']),
  ).not.toContain('conversation');
});
