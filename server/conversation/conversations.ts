import type { LogEvent } from '../../shared/protocol.ts';
import { BoundedMap } from '../bounded-map.ts';
import { RelayError } from '../errors.ts';
import type { Conversation, Store } from '../stores/store.ts';
import type { Context } from './context.ts';
import { begin } from './conversation.ts';
import { leaveOtherDesk } from './desk-threads.ts';
import { createDraft, type Draft, type Loaded } from './draft.ts';
import { newState, withDefaults } from '../stores/conversation-state.ts';

/** What a conversation begins with; it is made in the commit of its first word. */
export interface Beginning {
  site: string;
  visitor: string;
  language: string;
  page: { url: string; title: string } | null;
}

export interface Conversations {
  /**
   * Takes one decision for one conversation, after those before it. When this returns, it is on disk. While it is taken,
   * nothing else of this conversation is: a decision that calls `decide` or `load` for its own conversation waits for
   * itself, for ever. All that it may look at is in the draft.
   * @param beginning makes the conversation where it is not there yet
   * @returns what the decision returned; undefined where there is no such conversation
   * @throws {RelayError} whatever the decision throws, and `unavailable` where nothing can be kept
   */
  decide<R>(
    id: string,
    decision: (draft: Draft, context: Context) => R | Promise<R>,
    beginning?: Beginning,
  ): Promise<R | undefined>;
  /** As it stands after the decisions that were asked for until now. Never from within one of them, see `decide`. */
  load(id: string): Promise<Loaded | undefined>;
  /** Resolves once all decisions that were asked for until now are taken. */
  idle(): Promise<void>;
}

interface Parts {
  store: Store;
  context(site: string): Context;
  /** The first decision in this process: looks at what an earlier one left. */
  recoverWork(draft: Draft): void;
  now(): number;
  newId(): string;
  /**
   * After each commit: browsers are told, and what is to be done is begun.
   * @param before as it was: nothing of it is changed
   */
  committed(id: string, loaded: Loaded, news: readonly LogEvent[], before: Loaded): void;
}

/** Conversations kept in memory. */
const mostRemembered = 5_000;

export function createConversations({ store, context, recoverWork, now, newId, committed }: Parts): Conversations {
  /** Loaded, and not decided on since. */
  const unseen = new Set<string>();
  const remembered = new BoundedMap<string, Loaded>(mostRemembered, (id) => unseen.delete(id));
  const tails = new Map<string, Promise<void>>();

  /** The mailbox: one decision at a time for each conversation, in the order of asking. */
  function inTurn<T>(id: string, job: () => Promise<T>): Promise<T> {
    const result = (tails.get(id) ?? Promise.resolve()).then(job);
    const tail = result.then(
      () => undefined,
      () => undefined,
    );
    tails.set(id, tail);
    void tail.then(() => tails.get(id) === tail && tails.delete(id));
    return result;
  }

  async function load(id: string): Promise<Loaded | undefined> {
    const known = remembered.get(id);
    if (known) return known;
    const saved = await store.conversation(id);
    if (!saved) return undefined;
    const conversation = { ...saved, state: withDefaults(saved.state) };
    const [work, threads] = await Promise.all([store.work(id), store.threads(id)]);
    const loaded = { conversation, work, threads };
    unseen.add(id);
    remembered.set(id, loaded);
    return loaded;
  }

  function blank(id: string, { site, visitor, language, page }: Beginning): Loaded {
    const at = now();
    const conversation: Conversation = {
      id,
      site,
      visitor,
      log: newId(),
      version: 0,
      seq: 0,
      state: newState(newId(), language, page),
      createdAt: at,
      updatedAt: at,
    };
    return { conversation, work: [], threads: [] };
  }

  return {
    load: (id) => inTurn(id, () => load(id)),
    idle: async () => void (await Promise.all(tails.values())),
    decide: (id, decision, beginning) =>
      inTurn(id, async () => {
        for (let attempt = 0; attempt < 3; attempt += 1) {
          const loaded = (await load(id)) ?? (beginning ? blank(id, beginning) : undefined);
          if (!loaded) return undefined;
          const { conversation } = loaded;
          const draft = createDraft(loaded, now());
          const ofSite = context(conversation.site);
          if (conversation.version === 0) begin(draft, ofSite);
          else leaveOtherDesk(draft, ofSite);
          if (unseen.has(id)) recoverWork(draft);
          const value = await decision(draft, ofSite);
          const changes = draft.changes();
          if (!changes) {
            unseen.delete(id);
            return value;
          }
          if ((await store.commit(id, conversation.version, changes)) === 'ok') {
            unseen.delete(id);
            const after = draft.after();
            remembered.set(id, after);
            committed(id, after, draft.news, loaded);
            return value;
          }
          remembered.delete(id);
        }
        throw new RelayError('a conversation is being changed by another relay', {
          remedy: 'run one relay on one database',
        });
      }),
  };
}
