import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { compare, median, quantile } from './numbers.ts';
import { openPostgresServer } from './postgres-server.ts';
import { rounds, type Findings, type Run } from './subject.ts';

/*
 * How many news one PostgreSQL carries, and what they cost those who commit: four nodes tell, as the relay does, each in a
 * transaction of its own that waits for no disk, two more listen, and one commits a row at a time. No relay takes part.
 */

const channel = 'baton_bench';
const tellers = 4;
const payload = JSON.stringify(['n'.repeat(22), { about: 'conversation', id: 'c'.repeat(22), version: 12, seq: 34 }]);

interface Found {
  /** News a second. */
  told: number;
  commitP50: number;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** So many a second; the last: as fast as they can. */
const rates = [0, 500, 1_000, 2_000, 3_000, 4_000, 6_000, Infinity];

/** @param perSecond by all of them; Infinity: as fast as they can */
async function measureAt(all: { tells: Client[]; hears: Client[]; commits: Client }, perSecond: number, ms: number) {
  let told = 0;
  const begun = performance.now();
  const isOver = () => performance.now() - begun >= ms;
  const tell = async (client: Client) => {
    for (let i = 0; !isOver(); i += 1) {
      const due = begun + (1_000 * tellers * i) / perSecond;
      if (due > performance.now()) await sleep(due - performance.now());
      if (isOver()) return;
      await client.query({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values: [channel, payload] });
      told += 1;
    }
  };
  const took: number[] = [];
  const commit = async () => {
    while (!isOver()) {
      const from = performance.now();
      await all.commits.query({ name: 'keep', text: 'INSERT INTO kept (words) VALUES ($1)', values: ['words'] });
      took.push(1_000 * (performance.now() - from));
    }
  };
  await Promise.all([commit(), ...(perSecond > 0 ? all.tells.map(tell) : [])]);
  const seconds = (performance.now() - begun) / 1_000;
  const found: Found = {
    told: told / seconds,
    commitP50: quantile(took, 0.5),
  };
  return found;
}

export async function measureNotify({ quick, say }: Run): Promise<Findings> {
  const ms = quick ? 400 : 700;
  await using server = await openPostgresServer();
  const url = await server.create('notify');
  const several = (count: number) => Promise.all(Array.from({ length: count }, () => connect(url)));
  const all = { tells: await several(tellers), hears: await several(2), commits: await connect(url) };
  await all.commits.query('CREATE TABLE kept (num bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text)');
  for (const client of all.tells) await client.query("SET synchronous_commit = 'off'");
  for (const client of all.hears) await client.query(`LISTEN ${channel}`);
  await measureAt(all, 0, ms);
  const measured = await rounds(quick ? 3 : 7, async (i) => {
    const found: Found[] = [];
    for (const rate of rates) found.push(await measureAt(all, rate, ms));
    say(`NOTIFY, round ${i + 1}`);
    return found;
  });
  for (const client of [...all.tells, ...all.hears, all.commits]) await client.end();
  const told = (place: number) => median(measured.map((found) => found[place]?.told ?? NaN));
  return {
    sections: [
      [
        'News through one PostgreSQL: what a commit takes while so many are told a second, over a commit without them',
        rates.map((rate, place) =>
          compare(
            measured,
            `   ${Math.round(told(place))} a second${rate === Infinity ? ', as many as can be told' : ''}`,
            'µs',
            (found) => found[place]?.commitP50 ?? NaN,
            (found) => found[0]?.commitP50 ?? NaN,
          ),
        ),
      ],
    ],
  };
}
