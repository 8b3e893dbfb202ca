import type { Author } from '../../shared/message.ts';
import type { After } from '../clock.ts';
import type { Desk, Hint } from '../desks/desk.ts';
import type { Log } from '../log.ts';
import type { Item } from '../nodes/news.ts';
import type { Node } from '../nodes/node.ts';
import type { Store } from '../stores/store.ts';
import type { Conversations } from './conversations.ts';
import { type DeskWatch, watchDesk } from './desk-watch.ts';

/*
 * Each desk is watched by one node: its websocket, the looks for what was missed, the readings. A doorbell that rings at
 * another node is told to that one.
 */

export interface SharedDesks extends AsyncDisposable, Pick<DeskWatch, 'remember' | 'forget' | 'involved'> {
  /** Resolves once those that are had at once are watched. */
  begin(): Promise<void>;
  /** Whether any desk is watched here. */
  isWatching(): boolean;
  heard(item: Extract<Item, { about: 'desk' | 'typing' }>): void;
}

interface Parts {
  node: Node;
  store: Store;
  desks: ReadonlyMap<string, Desk>;
  conversations: Conversations;
  isServedBy(site: string, desk: string): boolean;
  tell: { typing(id: string, desk: Desk, author: Author, on: boolean): void };
  /** A desk was read, so it is there. */
  reached(): void;
  now(): number;
  after: After;
  log: Log;
}

const leaseOf = (desk: string): string => `desk/${desk}`;
/** That a desk answers is told this seldom, in milliseconds. */
const answersEveryMs = 5_000;

export function shareDesks(parts: Parts): SharedDesks {
  const { node, desks, conversations, isServedBy, tell, reached, now, log } = parts;
  const { leases, news } = node;
  const watches = new Map<string, Promise<DeskWatch>>();
  /** Those of them that have begun. */
  const begun = new Map<string, DeskWatch>();
  const doorbells: Disposable[] = [];
  let toldAt = -Infinity;

  function watch(name: string, desk: Desk) {
    const lease = leaseOf(name);
    const begins = watchDesk({
      ...parts,
      desk,
      // A reading says what the desk said before another node had it.
      conversations: conversations.under(() => leases.held(lease), true),
      typing(id, author, on) {
        tell.typing(id, desk, author, on);
        news.tell({ about: 'typing', id, desk: name, author, on });
      },
      isOurs: (site) => isServedBy(site, name),
      reached() {
        reached();
        if (now() - toldAt < answersEveryMs) return;
        toldAt = now();
        news.tell({ about: 'answers' });
      },
    });
    watches.set(name, begins);
    return begins.then((watch) => void begun.set(name, watch));
  }

  async function end(name: string) {
    const watch = watches.get(name);
    watches.delete(name);
    await (await watch)?.[Symbol.asyncDispose]();
    if (!watches.has(name)) begun.delete(name);
  }

  const rung = (name: string) => (hint: Hint) => {
    if (!watches.has(name)) news.tell({ about: 'desk', desk: name, hint });
  };

  return {
    async begin() {
      const beginning: Promise<void>[] = [];
      let isStarting = true;
      const complain = (error: unknown) => log.error({ err: error }, 'a desk cannot be watched');
      for (const [name, desk] of desks) {
        doorbells.push(desk.overhear(rung(name)));
        leases.want([leaseOf(name)], 'first', {
          gained() {
            const begins = watch(name, desk);
            if (isStarting) beginning.push(begins);
            else begins.catch(complain);
          },
          lost: () => end(name).catch(complain),
        });
      }
      await Promise.all(beginning);
      isStarting = false;
    },
    isWatching: () => watches.size > 0,
    remember(id, loaded, before) {
      for (const watch of begun.values()) watch.remember(id, loaded, before);
    },
    forget(id) {
      for (const watch of begun.values()) watch.forget(id);
    },
    *involved() {
      for (const watch of begun.values()) yield* watch.involved();
    },
    heard(item) {
      const desk = desks.get(item.desk);
      if (item.about === 'desk') return desk?.ring(item.hint);
      if (desk) tell.typing(item.id, desk, item.author, item.on);
    },
    async [Symbol.asyncDispose]() {
      for (const doorbell of doorbells) doorbell[Symbol.dispose]();
      await Promise.all([...watches.keys()].map(end));
    },
  };
}
