import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { RelayError } from '../../errors.ts';
import { createSchema } from '../../testing/test-database.ts';
import { startPostgres } from '../../testing/test-postgres.ts';
import { eventually } from '../../testing/visit.ts';
import type { Changes, Store } from '../store.ts';
import { openPostgres } from './postgres-store.ts';

const ofMessage = (seq: number, id: string): Changes => ({
  at: 1,
  marks: { spoke: seq, forDesk: seq, told: 0, telling: null },
  entries: [
    { event: { kind: 'message', seq, message: { id, author: { kind: 'visitor' }, text: `words of ${id}`, at: 1 } } },
  ],
});

/** The messages of a conversation, whose log has no gap. */
async function messagesOf(store: Store, id: string): Promise<string[]> {
  const events = await store.events(id, 0, 1_000_000);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  return events.flatMap((event) => {
    if (event.kind !== 'message') return [];
    expect(event.message.text).toBe(`words of ${event.message.id}`);
    return [event.message.id];
  });
}

test(
  'nothing that was acknowledged is lost when a relay is killed under load, and the next one goes on at once',
  { timeout: 60_000 },
  async () => {
    await using database = await createSchema();
    const acknowledged = new Map<string, { version: number; seq: number }>();
    for (let life = 0; life < 3; life += 1) {
      const script = fileURLToPath(new URL('./under-load.cjs', import.meta.url));
      const child = spawn(process.execPath, [script, database.url, String(life)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines = createInterface({ input: child.stdout });
      let count = 0;
      lines.on('line', (line) => {
        const [id = '', version, seq] = line.split(' ');
        if (seq === undefined) return; // cut off by the kill
        acknowledged.set(id, { version: Number(version), seq: Number(seq) });
        count += 1;
        if (count === 20 + life * 61) child.kill('SIGKILL');
      });
      await Promise.all([once(child, 'exit'), once(lines, 'close')]);
      expect(child.signalCode).toBe('SIGKILL');
    }
    const store = await openPostgres(database);
    expect(acknowledged.size).toBe(20);
    for (const [id, { version, seq }] of acknowledged) {
      const now = await store.conversation(id);
      expect(now?.version).toBeGreaterThanOrEqual(version);
      // What was saved and not acknowledged in time may be there: one decision at the most.
      expect(now?.version).toBeLessThanOrEqual(version + 1);
      expect(now).toMatchObject({ seq: (now?.version ?? 0) * 2, state: JSON.stringify({ note: `after ${now?.seq}` }) });
      expect(now?.seq).toBeGreaterThanOrEqual(seq);
      expect(await messagesOf(store, id)).toHaveLength((now?.seq ?? 0) / 2);
    }
    await store.close();
  },
);

/** Kills one of the server's processes, which makes it end all of them and start again from its log. */
async function crash(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // it is what this is about
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
  await ended;
}

test(
  'a server that crashes under load loses nothing and doubles nothing, and the relay goes on by itself',
  { timeout: 60_000 },
  async () => {
    await using server = await startPostgres();
    const store = await openPostgres({ url: server.url, connections: 4 });
    const born = { create: { site: 'demo', visitor: 'v', log: 'l' }, state: '{}' };
    let acknowledged = 0;
    let refused = 0;

    /** Says it again and again until it is acknowledged, as a browser does. */
    async function say(id: string, message: string): Promise<void> {
      for (;;) {
        try {
          const { version, seq } = (await store.conversation(id)) ?? { version: 0, seq: 0 };
          const changes = { ...ofMessage(seq + 1, message), ...(version === 0 ? born : {}) };
          const result = await store.commit(id, version, changes);
          if (result === 'ok' || result === 'taken') return void (acknowledged += 1);
        } catch (error) {
          if (!(error instanceof RelayError)) throw error;
          refused += 1;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    }
    let isOver = false;
    const talks = Array.from({ length: 10 }, async (_, i) => {
      const said: string[] = [];
      while (!isOver) {
        const message = `c-${i}-${said.length}`;
        await say(`c-${i}`, message);
        said.push(message);
      }
      return said;
    });
    for (let crashes = 0; crashes < 2; crashes += 1) {
      const before = acknowledged;
      await eventually(() => acknowledged > before + 50, 'they talk', 50_000);
      await crash(server.url);
    }
    const before = acknowledged;
    await eventually(() => acknowledged > before + 50, 'they talk again', 50_000);
    isOver = true;
    for (const [i, said] of (await Promise.all(talks)).entries()) {
      expect(await messagesOf(store, `c-${i}`)).toEqual(said);
    }
    expect(refused).toBeGreaterThan(0);
    await store.close();
  },
);
