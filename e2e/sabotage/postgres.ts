import type { Sabotage } from './run.ts';

const folder = 'server/stores/postgres';
const contract = 'postgres-store.test.ts';

/** One change in one file of the store in PostgreSQL. */
const change = (breaks: string, file: string, find: string, put: string, noticing: string, test: string): Sabotage => ({
  breaks: `PostgreSQL: ${breaks}`,
  changes: [{ file: `${folder}/${file}`, find, put }],
  noticedBy: { project: 'unit', file: `${folder}/${noticing}`, test },
});

/** One change in one file of what several relays have in common, noticed by the test of that. */
const ofNodes = (breaks: string, file: string, find: string, put: string, test: string): Sabotage => ({
  breaks: `several relays: ${breaks}`,
  changes: [{ file: `server/nodes/postgres/${file}`, find, put }],
  noticedBy: { project: 'unit', file: 'server/nodes/postgres/postgres-node.test.ts', test },
});
/** The same of the core, noticed by two relays on one database. */
const ofTwo = (breaks: string, file: string, find: string, put: string, test: string): Sabotage => ({
  breaks: `several relays: ${breaks}`,
  changes: [{ file: `server/${file}`, find, put }],
  noticedBy: { project: 'unit', file: 'server/relay.nodes.test.ts', test },
});

export const ofPostgres: readonly Sabotage[] = [
  ofNodes(
    'a lease is believed in after its time',
    'leases.ts',
    'return number === undefined || isOver() ? undefined : { lease: name, number };',
    'return number === undefined ? undefined : { lease: name, number };',
    'a node that slept does not believe in its leases',
  ),
  ofNodes(
    'a lease is taken from a node that lives',
    'leases.ts',
    'const isFree = `(node IS NULL OR node NOT IN (${alive}))`;',
    'const isFree = `(node IS NULL OR node NOT IN (${alive}) OR node <> ${node})`;',
    'what goes to the first stays with it',
  ),
  ofNodes(
    'a lease keeps its number when another node takes it',
    'leases.ts',
    'fence = fence + 1 WHERE name IN (',
    'fence = fence + 0 WHERE name IN (',
    'the number of the fence grows with each hand',
  ),
  ofNodes(
    'nobody is told that something was missed',
    'news.ts',
    'const items = missed ?',
    'const items = false ?',
    'too long to be told is known to be missed',
  ),
  ofTwo(
    'nothing is looked for that no news has told',
    'conversation/hear-nodes.ts',
    `      remembered
        .compareAll()
        .then(() => runner.resume(since))`,
    '      Promise.resolve(since)',
    'where no news arrive at all',
  ),
  ofTwo(
    'what another relay has put into the log is not read',
    'visitors/feed.ts',
    'if (seq > (audience.sentTo(id) ?? Infinity)) read(id);\n    },',
    '},',
    'two tabs at different relays see the same',
  ),
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
    'is a mistake, and not “unavailable”',
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
    'a decision does not look whether its lease is another node’s by now',
    'statement.ts',
    ' AND leases.fence = d.fence))',
    '))',
    'shared.test.ts',
    'decided under a lease that another node has taken since is refused',
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
  change(
    'what is looked up for two words may overtake each other',
    'lanes.ts',
    'lanes[hash(key) % count]',
    'lanes[Math.floor(Math.random() * count)]',
    'outage.test.ts',
    'answered in the order of asking',
  ),
];
