import { setTimeout as sleep } from 'node:timers/promises';
import { sayAt } from './desk.ts';
import type { Stage } from './stage.ts';
import { hello, openLight } from './visitor.ts';

/*
 * Conversations that people own: each visitor says one thing, a person at the desk answers each. All of it over the
 * wire, so that every row is as the relay itself makes it.
 */

const atOnce = 20;

/** Does a job for each, some at the same time. */
export async function each<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await job(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Waits until something is so. */
export async function until(
  is: () => Promise<boolean> | boolean,
  what: string,
  { everyMs = 100, patienceMs = 120_000 } = {},
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await sleep(everyMs);
  }
}

/** @returns the visitors' tokens; the desk's numbers of their conversations are 1, 2, 3 … in an order of their own */
export async function peopleTakeOver({ relay, sandbox, ledger }: Stage, count: number): Promise<string[]> {
  const tokens: string[] = [];
  const all = Array.from({ length: count }, (_, i) => i + 1);
  await each(all, async () => {
    const visitor = await openLight(relay.url);
    tokens.push(await hello(visitor));
    await new Promise<void>((resolve) => visitor.say(resolve));
    visitor.close();
  });
  const isCalm = async () => (await ledger.waitingForDesk()) === 0;
  await until(isCalm, 'all of it is at the desk');
  // The desk is empty but for these.
  await each(all, async (number) => void (await sayAt(sandbox.url, number, 'Hello, this is Mara.')));
  const areOwned = async () => (await ledger.ownedByPeople()) === count && (await isCalm());
  await until(areOwned, 'people own all conversations');
  return tokens;
}
