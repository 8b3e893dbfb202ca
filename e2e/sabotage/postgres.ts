import type { Sabotage } from './run.ts';

const folder = 'server/stores/postgres';
const contract = 'postgres-store.test.ts';

/** One change in one file of the store in PostgreSQL. */
const change = (breaks: string, file: string, find: string, put: string, noticing: string, test: string): Sabotage => ({
  breaks: `PostgreSQL: ${breaks}`,
  changes: [{ file: `${folder}/${file}`, find, put }],
  noticedBy: { project: 'unit', file: `${folder}/${noticing}`, test },
});

export const ofPostgres: readonly Sabotage[] = [
  change(
    'a decision does not look whether the conversation has moved on',
    'statement.ts',
    ' AND c.version = d.expected AND',
    ' AND',
    contract,
    'is stale where the conversation has moved on',
  ),
  change(
    'numbers may have a gap',
    'statement.ts',
    'AND (d.events = 0 OR c.seq = d.first - 1)',
    '',
    contract,
    'is a mistake, not bad weather',
  ),
  change(
    'one decision that fails takes its neighbours with it',
    'write-queue.ts',
    'if (!isMistake(error) && !isCollision(error) && !mayBeOfOne(error)) {',
    'if (entries.length > 0) {',
    'outage.test.ts',
    'has no room for is refused alone',
  ),
  change(
    'a group holds two decisions of one conversation',
    'write-queue.ts',
    ' && (id === undefined || !conversations.has(id))',
    '',
    contract,
    'follows those before it',
  ),
  change(
    'blanked words stay in the row',
    'statement.ts',
    'SET deleted = true, words = NULL FROM',
    'SET deleted = true FROM',
    contract,
    'takes the words and leaves the place',
  ),
  change(
    'a decision whose answer was lost is taken for one that did not happen',
    'write-queue.ts',
    'if (rows.length === 0) return await write(entries, end);',
    'return await write(entries, end);',
    'outage.test.ts',
    'whose connection is cut after it happened',
  ),
  change(
    'a decision that was cut off is given up at once',
    'write-queue.ts',
    'if (!isAnswer(error)) return settle(',
    'if (!isAnswer(error)) return entries.map(() => unavailable(error, place));\n      if (!isAnswer(error)) return settle(',
    'outage.test.ts',
    'whose connection is cut before it happened',
  ),
  change(
    'a relay writes without the lock',
    'write-session.ts',
    'if (rows[0]?.taken) return;',
    'return;',
    'outage.test.ts',
    'writes nothing any more, until it is gone',
  ),
  change(
    'the disk is not waited for where the database says so',
    'examine.ts',
    "SELECT set_config('synchronous_commit', 'on', false) WHERE",
    "SELECT set_config('synchronous_commit', 'off', false) WHERE",
    'opening.test.ts',
    'waits for its disk whatever the database says',
  ),
  change(
    'tables are made beside those of another program',
    'migrate.ts',
    "if (first.name !== 'baton_schema') throw",
    "if (first.name !== 'baton_schema') return 0;\n  if (!first) throw",
    'opening.test.ts',
    'the tables of another program are left alone',
  ),
  change(
    'relays that start at once make the tables at once',
    'migrate.ts',
    'await client.query(`SELECT pg_advisory_xact_lock(${locks.migration}, ${ourSchema})`);',
    '',
    'opening.test.ts',
    'many that start at once make the tables once',
  ),
  change(
    'an idle connection that the server ends is an error for a visitor',
    'reader.ts',
    'if (attempt > 1 || !isLost(error)) throw',
    'throw',
    'outage.test.ts',
    'ends while they are idle',
  ),
  change(
    'an old lease is as good as a new one',
    'statement.ts',
    ' AND leases.fence = d.fence',
    '',
    'shared.test.ts',
    'taken since is refused',
  ),
  change(
    'a lease changes hands in the midst of a commit',
    'statement.ts',
    'WHERE name IN (SELECT lease FROM d) FOR SHARE',
    'WHERE name IN (SELECT lease FROM d)',
    'shared.test.ts',
    'waits for what is being committed under it',
  ),
  change(
    'a relay that shares the tables and one that does not run side by side',
    'write-session.ts',
    'shared: `${own} AND pg_try_advisory_lock_shared(${ofRelays})`',
    'shared: own',
    'shared.test.ts',
    'keep each other out',
  ),
];
