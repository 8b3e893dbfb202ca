import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import type { Stage } from './stage.ts';
import { hello, openLight } from './visitor.ts';

/*
 * Conversations that people own: each visitor says one thing, a person at the desk answers each. All of it over the
 * wire, so that every row is as the relay itself makes it.
 */

const atOnce = 20;

async function each<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await job(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Waits until the relay's disk shows something. */
async function until(is: () => boolean, what: string, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  while (!is()) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(100);
  }
}

/** Words that the desk has not had yet, and rows of work. */
export function waitingForDesk(db: Database): number {
  const words = `SELECT count(*) FROM conversation AS c JOIN log AS l ON l.conversation = c.num AND l.seq > c.told
    WHERE json_extract(l.author, '$.kind') IN ('visitor', 'bot')`;
  return (db.prepare(`SELECT (${words}) + (SELECT count(*) FROM work)`).pluck().get() as number) ?? 0;
}

/** @returns their tokens */
export async function peopleTakeOver(stage: Stage, count: number): Promise<string[]> {
  const { relay, sandbox } = stage;
  const tokens: string[] = [];
  await each(
    Array.from({ length: count }, (_, i) => i),
    async () => {
      const visitor = await openLight(relay.url);
      tokens.push(await hello(visitor));
      await new Promise<void>((resolve) => visitor.say(resolve));
      visitor.close();
    },
  );
  const left = () => stage.look(waitingForDesk);
  await until(() => left() === 0, 'all of it is at the desk');
  // The desk is empty but for these: its conversations have the numbers from 1 on.
  await each(
    Array.from({ length: count }, (_, i) => i + 1),
    async (number) => {
      const answer = await fetch(`${sandbox.url}/api/v1/accounts/1/conversations/${number}/messages`, {
        method: 'POST',
        headers: { 'api-access-token': 'sandbox-mara', 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'Hello, this is Mara.' }),
      });
      if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
      await answer.arrayBuffer();
    },
  );
  const owned = () =>
    stage.look(
      (db) =>
        db
          .prepare("SELECT count(*) FROM state WHERE json_extract(json, '$.handoff.phase') = 'human'")
          .pluck()
          .get() as number,
    );
  await until(() => owned() === count && left() === 0, 'people own all conversations');
  return tokens;
}
