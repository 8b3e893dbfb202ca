import { BoundedMap } from '../bounded-map.ts';
import { readState } from '../stores/conversation-state.ts';
import type { Store } from '../stores/store.ts';
import { isOfDesk } from './desk-ids.ts';
import type { Loaded } from './draft.ts';

/*
 * Conversations in memory, as they stand in the store. Where other nodes change them, too, what they changed is
 * forgotten here: news tell of it, and the store's answer `stale` where news were late.
 */

export interface Remembered {
  load(id: string): Promise<Loaded | undefined>;
  isKnown(id: string): boolean;
  set(id: string, loaded: Loaded): void;
  /** It is to be read again. */
  forget(id: string): void;
  forgetAll(): void;
  /** Where another node has changed it since it was read here, forgets it. */
  compare(id: string): Promise<void>;
  /** The same for all of them. */
  compareAll(): Promise<void>;
  /** Another node has committed this version of it. `before`: nothing had to be done in it up to this number of its log. */
  changed(id: string, version: number, before?: number): void;
  /** What it has to do was left by an earlier process or another node, as far as is known here. */
  isLeft(id: string): boolean;
  /** It was decided on: what was left is looked after. @returns whether this is the first time since it was read */
  decided(id: string): boolean;
  /** The work of these was another node's in between: what they have to do is left by that one. */
  leave(which: (id: string) => boolean): void;
}

interface Parts {
  store: Pick<Store, 'conversation' | 'heads' | 'work' | 'threads' | 'waiting'>;
  /** Whether this node carries out its work. */
  drives(id: string): boolean;
  /** Whether other nodes may change conversations. */
  isShared: boolean;
  /** Whether it is heard what they change. */
  isHearing(): boolean;
}

/** Conversations kept in memory. */
const most = 5_000;
/** Of them, looked at with one question. */
const mostAtOnce = 1_000;

export function createRemembered({ store, drives, isShared, isHearing }: Parts): Remembered {
  /** Read, and not decided on since. */
  const unseen = new Set<string>();
  /** Of those, whose work was left by somebody else. */
  const left = new Set<string>();
  /** Whose work was taken over: what waited up to this number was left by somebody else. */
  const takenOver = new BoundedMap<string, number>(most);
  const forget = (id: string) => {
    remembered.delete(id);
    unseen.delete(id);
    left.delete(id);
  };
  const remembered = new BoundedMap<string, Loaded>(most, forget);

  async function compare(ids: readonly string[]): Promise<void> {
    const heads = new Map((await store.heads(ids)).map(({ id, version }) => [id, version]));
    // One that is gone has no version any more.
    for (const id of ids) if (remembered.get(id)?.conversation.version !== heads.get(id)) forget(id);
  }

  return {
    async load(id) {
      const known = remembered.get(id);
      if (known && isHearing()) return known;
      const saved = await store.conversation(id);
      if (!saved) return undefined;
      const { marks, seq } = saved;
      const [work, threads, found] = await Promise.all([
        store.work(id),
        store.threads(id),
        marks.forDesk > marks.told ? store.waiting(id, marks.told) : [],
      ]);
      const waiting = found.filter((word) => !isOfDesk(word.id));
      const conversation = { ...saved, state: readState(saved.state) };
      const isOurs = drives(id);
      const isLeft = !isShared || (isOurs && !takenOver.has(id));
      const foundUpTo = isLeft ? seq : isOurs ? (takenOver.get(id) ?? 0) : 0;
      const loaded = { conversation, savedState: saved.state, work, threads, waiting, foundUpTo };
      unseen.add(id);
      if (isLeft) left.add(id);
      remembered.set(id, loaded);
      return loaded;
    },
    isKnown: (id) => remembered.has(id),
    set: (id, loaded) => void remembered.set(id, loaded),
    forget,
    forgetAll() {
      for (const id of [...remembered.keys()]) forget(id);
    },
    compare: async (id) => {
      if (isShared && remembered.has(id)) await compare([id]);
    },
    async compareAll() {
      const ids = [...remembered.keys()];
      for (let at = 0; at < ids.length; at += mostAtOnce) await compare(ids.slice(at, at + mostAtOnce));
    },
    changed(id, version, before) {
      const known = remembered.get(id);
      if (known && known.conversation.version < version) forget(id);
      if (before !== undefined && drives(id) && !takenOver.has(id)) takenOver.set(id, before);
    },
    isLeft: (id) => left.has(id),
    decided(id) {
      if (left.delete(id) && isShared) takenOver.set(id, remembered.get(id)?.foundUpTo ?? 0);
      return unseen.delete(id);
    },
    leave(which) {
      for (const id of [...takenOver.keys()]) if (which(id)) takenOver.delete(id);
      for (const id of [...remembered.keys()]) if (which(id)) forget(id);
    },
  };
}
