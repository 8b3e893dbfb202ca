import { type Decision, headColumns, type Part, partNames, parts } from './decision.ts';

/*
 * One statement, and so one transaction and one way to the server and back, for a group of decisions of different
 * conversations. A decision whose conversation has moved on is left out by itself: `ours` are the conversations that
 * were as they were expected to be, and every other part writes for these alone.
 */

export interface Setting {
  name: string;
  value: string;
}

const columnsOf = (columns: Record<string, string>): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
const namesOf = (part: Part): string => Object.keys(parts[part]).join(', ');
const valuesOf = (part: Part): string =>
  Object.keys(parts[part])
    .map((name) => `r.${name}`)
    .join(', ');
const excluded = (...names: string[]): string => names.map((name) => `${name} = excluded.${name}`).join(', ');
const insert = (table: string, part: Part, from: string): string =>
  `INSERT INTO ${table} (conversation, ${namesOf(part)}) SELECT ours.num, ${valuesOf(part)} ${from}`;

/** What each part does with its rows; `from` is the rows `r` of decisions that come true, with their `ours`. */
const writes: Record<Part, (from: string) => string> = {
  state: (from) => `${insert('state', 'state', from)} ON CONFLICT (conversation) DO UPDATE SET ${excluded('body')}`,
  log: (from) => insert('log', 'log', from),
  blank: (from) =>
    `UPDATE log SET deleted = true, words = NULL FROM (SELECT ours.num, r.id ${from}) AS r
      WHERE log.conversation = r.num AND log.id = r.id AND log.seq IS NOT NULL`,
  session: (from) =>
    `${insert('session', 'session', from)} ON CONFLICT (hash) DO UPDATE SET ${excluded('created_at', 'expires_at', 'heir')}`,
  addWork: (from) => insert('work', 'addWork', from),
  changeWork: (from) =>
    `UPDATE work SET status = r.status, not_before = r.not_before, attempts = r.attempts, sent_at = r.sent_at
      FROM (SELECT ours.num, ${valuesOf('changeWork')} ${from}) AS r WHERE work.conversation = r.num AND work.id = r.id`,
  dropWork: (from) =>
    `DELETE FROM work USING (SELECT ours.num, r.id ${from}) AS r WHERE work.conversation = r.num AND work.id = r.id`,
  thread: (from) =>
    `${insert('desk_thread', 'thread', from)} ON CONFLICT (conversation, round)
      DO UPDATE SET ${excluded('home', 'source', 'number', 'cursor', 'takes_after', 'ref')}`,
  deskMessage: (from) =>
    `${insert('desk_message', 'deskMessage', from)} ON CONFLICT (conversation, round, desk_id)
      DO UPDATE SET ${excluded('message', 'key', 'at')}`,
};

const marks = ['spoke', 'for_desk', 'told', 'telling'];

/** The leases that decisions are made under. A node that takes one waits until they are committed, and they for it. */
const leases = 'SELECT name, fence FROM lease WHERE name IN (SELECT lease FROM d) FOR SHARE';
/** No other node has taken the lease since. */
const isStillHeld =
  '(d.lease IS NULL OR EXISTS (SELECT FROM leases WHERE leases.name = d.lease AND leases.fence = d.fence))';

/** A conversation that is there and as it was expected to be. */
const moved = (
  isFree: string,
) => `UPDATE conversation AS c SET version = c.version + 1, seq = c.seq + d.events, updated_at = d.at, active = d.at / 60000,
    log = coalesce(d.log, c.log), ${marks.map((name) => `${name} = d.${name}`).join(', ')}, stamp = $1
  FROM d WHERE c.id = d.id AND c.version = d.expected AND (d.events = 0 OR c.seq = d.first - 1)
    AND ${isFree}
  RETURNING d.i, c.num`;
const made = (
  isFree: string,
) => `INSERT INTO conversation (id, site, visitor, log, version, seq, ${marks.join(', ')}, stamp, created_at, updated_at, active)
  SELECT id, site, visitor, log, 1, events, ${marks.join(', ')}, $1, at, at, at / 60000
  FROM d WHERE site IS NOT NULL AND (events = 0 OR first = 1) AND ${isFree}
  ON CONFLICT (id) DO NOTHING RETURNING id, num`;

interface Kind {
  isFenced: boolean;
  makes: boolean;
  sets: boolean;
  parts: readonly Part[];
}

function write({ isFenced, makes, sets, parts: named }: Kind): string {
  const isFree = isFenced ? isStillHeld : 'true';
  const steps = [
    `d AS (SELECT * FROM json_to_recordset($2) AS d(i int, ${columnsOf(headColumns)}))`,
    ...(isFenced ? [`leases AS (${leases})`] : []),
    `moved AS (${moved(isFree)})`,
    ...(makes ? [`made AS (${made(isFree)})`] : []),
    `ours AS (SELECT i, num FROM moved${makes ? ' UNION ALL SELECT d.i, made.num FROM made JOIN d USING (id)' : ''})`,
    ...named.map((part, at) => {
      const rows = `json_to_recordset($${at + 3}) AS r(i int, ${columnsOf(parts[part])})`;
      return `${part} AS (${writes[part](`FROM ${rows} JOIN ours USING (i)`)})`;
    }),
    ...(sets
      ? [
          `setting AS (INSERT INTO setting SELECT name, value
            FROM json_to_recordset($${named.length + 3}) AS r(name text, value text)
            ON CONFLICT (name) DO UPDATE SET ${excluded('value')})`,
        ]
      : []),
  ];
  return `WITH ${steps.join(',\n')}\nSELECT i FROM ours`;
}

/** Statements that were written before, by name. The server knows them by it, too, and keeps its plan for each. */
const written = new Map<string, string>();

/**
 * The statement for these decisions, all of different conversations, and these settings.
 * @param stamp the name of this group, kept with each conversation that it changes
 * @returns its rows are the places of the decisions that came true
 */
export function statementFor(
  decisions: readonly Decision[],
  settings: readonly Setting[],
  stamp: string,
): { name: string; text: string; values: string[] } {
  const used = partNames.filter((part) => decisions.some(({ rows }) => rows[part]));
  const kind: Kind = {
    isFenced: decisions.some(({ head }) => head.lease !== null),
    makes: decisions.some(({ head }) => head.site !== null),
    sets: settings.length > 0,
    parts: used,
  };
  const holds = [kind.isFenced, kind.makes, kind.sets, ...partNames.map((part) => used.includes(part))];
  const name = `write_${holds.map(Number).join('')}`;
  let text = written.get(name);
  if (text === undefined) written.set(name, (text = write(kind)));
  const listed = used.map((part) =>
    JSON.stringify(decisions.flatMap(({ rows }, i) => (rows[part] ?? []).map((row) => ({ i, ...row })))),
  );
  return {
    name,
    text,
    values: [
      stamp,
      JSON.stringify(decisions.map(({ head }, i) => ({ i, ...head }))),
      ...listed,
      ...(kind.sets ? [JSON.stringify([...new Map(settings.map((one) => [one.name, one])).values()])] : []),
    ],
  };
}
