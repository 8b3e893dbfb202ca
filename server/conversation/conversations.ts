import type { LogEvent } from '../../shared/protocol.ts';
import { RelayError } from '../errors.ts';
import { newState } from '../stores/conversation-state.ts';
import { LeaseLost, type Held } from '../nodes/leases.ts';
import type { Receipt, Store } from '../stores/store.ts';
import type { Context } from './context.ts';
import { greet } from './conversation.ts';
import { leaveOtherDesk } from './desk-threads.ts';
import { createDraft } from './create-draft.ts';
import type { Draft, Loaded } from './draft.ts';
import { createMailboxes } from './mailboxes.ts';
import type { Remembered } from './remembered.ts';

/** What a conversation begins with; it is made in the commit of its first word. */
export interface Beginning {
  site: string;
  visitor: string;
  language: string;
  page: { url: string; title: string } | null;
}

/** One decision: it changes a draft, and may throw where nothing is to be changed. */
export type Decision<R> = (draft: Draft, context: Context) => R;

export interface Conversations {
  /**
   * Takes one decision for one conversation, after those before it. When this returns, it is on disk. Decisions that were
   * asked for while another was being written are taken one after the other on one draft, and share a commit: all that a
   * decision may look at is in the draft, and it may be taken again.
   * @param beginning makes the conversation where it is not there yet
   * @returns what the decision returned; undefined where there is no such conversation
   * @throws {RelayError} whatever the decision throws, and `unavailable` where nothing can be kept
   */
  decide<R>(
    id: string,
    decision: Decision<R> & Decision<R extends Promise<unknown> ? never : R>,
    beginning?: Beginning,
  ): Promise<R | undefined>;
  /**
   * The same for a decision that waits for something, such as a look into the store: it sees all that was decided before,
   * and shares its commit with none. While it is taken, nothing else of its conversation is: one that calls `decide` or
   * `load` for its own conversation waits for itself, for ever.
   */
  decideAlone<R>(id: string, decision: Decision<R | Promise<R>>, beginning?: Beginning): Promise<R | undefined>;
  /** As it stands after the decisions that were asked for until now. Never from within one of them, see `decideAlone`. */
  load(id: string): Promise<Loaded | undefined>;
  /**
   * Takes it away with everything that is kept of it, unless it has changed since then.
   * @param unchangedSince milliseconds since 1970
   * @returns whether it is gone
   */
  remove(id: string, unchangedSince: number): Promise<boolean>;
  /** The same, as it stands in the store: another node may have changed it a moment ago. */
  loadFresh(id: string): Promise<Loaded | undefined>;
  /** Whether it is known here without a look into the store. */
  isKnown(id: string): boolean;
  /** Resolves once all decisions that were asked for until now are taken. */
  idle(): Promise<void>;
  /**
   * The same conversations, with each decision made under a lease: where that is lost, nothing is changed, and
   * `LeaseLost` is thrown.
   * @param isAlone they share their commit with no others
   */
  under(held: (id: string) => Held | undefined, isAlone?: boolean): Conversations;
}

interface Parts {
  store: Store;
  remembered: Remembered;
  context(site: string): Context;
  /** The first decision in this process: looks at what an earlier one left. */
  recoverWork(draft: Draft): void;
  now(): number;
  newId(): string;
  /**
   * After each commit, and after a conversation was read and decided on for the first time: browsers are told, and what is
   * to be done is begun.
   * @param before as it was: nothing of it is changed; undefined where nothing was committed
   */
  committed(id: string, loaded: Loaded, news: readonly LogEvent[], before: Loaded | undefined): void;
  /** It is not there any more. */
  removed(id: string): void;
}

/** Something that was asked for and is not decided yet. */
interface Asked {
  decision: Decision<unknown>;
  /** The lease it is made under, at the moment of the commit; missing where none is needed. */
  held: ((id: string) => Held | undefined) | undefined;
  beginning: Beginning | undefined;
  answer(value: unknown): void;
  fail(error: unknown): void;
}

/** A conversation that others change, too, is decided on again so many times. */
const mostTries = 12;
/** Two nodes that are at it at the same time leave each other room, in milliseconds: a little more with each try. */
const apartMs = 10;

export function createConversations(parts: Parts): Conversations {
  const { store, remembered, context, recoverWork, now, newId, committed, removed } = parts;
  const { load } = remembered;

  function open(id: string, loaded: Loaded, known: ReadonlyMap<string, Receipt>): [Draft, Context] {
    const { version, site } = loaded.conversation;
    const draft = createDraft(loaded, now(), known);
    const ofSite = context(site);
    if (version === 0) greet(draft, ofSite);
    else leaveOtherDesk(draft, ofSite);
    if (remembered.isLeft(id)) recoverWork(draft);
    return [draft, ofSite];
  }

  /** @returns whether it happened; if not, it is to be decided again, with what is known now of the ids it brought */
  async function commit(
    { id, loaded, draft, held }: { id: string; loaded: Loaded; draft: Draft; held: Held },
    known: Map<string, Receipt>,
  ): Promise<boolean> {
    const changes = draft.changes();
    if (!changes) {
      // What was read anew may have more to do than was known here.
      if (remembered.decided(id)) committed(id, loaded, [], undefined);
      return true;
    }
    const { version } = loaded.conversation;
    const result = await store.commit(id, version, changes, held ?? undefined).catch((error: unknown) => {
      // It may have been written all the same.
      remembered.forget(id);
      throw error;
    });
    if (result === 'ok') {
      remembered.decided(id);
      const next = draft.whenCommitted();
      remembered.set(id, next);
      committed(id, next, draft.news, loaded);
      return true;
    }
    if (result === 'taken') await lookUp(store, id, draft.ids(), known);
    else remembered.forget(id);
    if (result === 'fenced') throw new LeaseLost();
    return false;
  }

  /** Takes decisions that share a commit. One that throws takes no other with it. */
  async function decideTogether(id: string, all: readonly Asked[]): Promise<void> {
    let asked = all;
    const known = new Map<string, Receipt>();
    for (let attempt = 0; attempt < mostTries && asked.length > 0; attempt += 1) {
      if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, Math.random() * attempt * apartMs));
      const loaded = await load(id);
      const beginning = asked.find((one) => one.beginning)?.beginning;
      const first = loaded ?? (beginning ? begun(id, beginning, now(), newId) : undefined);
      if (!first) {
        for (const { answer } of asked) answer(undefined);
        return;
      }
      const [draft, ofSite] = open(id, first, known);
      const answers: [Asked, unknown][] = [];
      let isSpoilt = false;
      for (const one of asked) {
        draft.resetTouched();
        try {
          answers.push([one, await one.decision(draft, ofSite)]);
        } catch (error) {
          one.fail(error);
          asked = asked.filter((other) => other !== one);
          // It had begun to change something: the others are decided on again, without it.
          if ((isSpoilt = draft.isTouched)) break;
        }
      }
      if (asked.length === 0) return;
      if (isSpoilt) {
        attempt -= 1;
        continue;
      }
      // Those that share a commit are made under the same lease, if under any.
      const under = asked.find((one) => one.held)?.held;
      const held = under ? under(id) : null;
      if (held === undefined) throw new LeaseLost();
      if (await commit({ id, loaded: first, draft, held }, known)) {
        for (const [one, value] of answers) one.answer(value);
        return;
      }
    }
    const error = new RelayError('a conversation is being changed by another relay, again and again');
    for (const { fail } of asked) fail(error);
  }

  const mailboxes = createMailboxes<Asked>(async (id, asked) => {
    try {
      await decideTogether(id, asked);
    } catch (error) {
      // One of them cannot be saved: it takes no other with it.
      if (asked.length > 1 && (error instanceof LeaseLost || !(error instanceof RelayError))) {
        for (const one of asked) await decideTogether(id, [one]).catch(one.fail);
      } else for (const { fail } of asked) fail(error);
    }
  });

  type Under = Asked['held'];

  function ask<R>(
    id: string,
    decision: Decision<unknown>,
    { beginning, isAlone, held }: { beginning?: Beginning | undefined; isAlone: boolean; held: Under },
  ) {
    return new Promise<R | undefined>((resolve, reject) => {
      const answer = (value: unknown) => resolve(value as R | undefined); // what the decision of this type returned
      mailboxes.put(id, { decision, beginning, held, answer, fail: reject }, isAlone);
    });
  }

  const under = (held: Under, isApart: boolean): Conversations => ({
    load: (id) => mailboxes.inTurn(id, () => load(id)),
    remove: (id, unchangedSince) =>
      mailboxes.inTurn(id, async () => {
        const isGone = await removeUnchanged(store, id, unchangedSince, now());
        if (isGone) {
          remembered.forget(id);
          removed(id);
        }
        return isGone;
      }),
    loadFresh: (id) => mailboxes.inTurn(id, () => remembered.compare(id).then(() => load(id))),
    isKnown: remembered.isKnown,
    idle: () => mailboxes.idle(),
    decide: (id, decision, beginning) => ask(id, decision, { beginning, isAlone: isApart, held }),
    decideAlone: (id, decision, beginning) => ask(id, decision, { beginning, isAlone: true, held }),
    under: (held, isAlone = false) => under(held, isAlone),
  });
  return under(undefined, false);
}

/** A conversation that is not there yet. */
function begun(id: string, { site, visitor, language, page }: Beginning, at: number, newId: () => string): Loaded {
  const state = newState(newId(), language, page);
  const marks = { spoke: 0, forDesk: 0, told: 0, telling: null };
  return {
    conversation: { id, site, visitor, log: newId(), version: 0, seq: 0, state, marks, createdAt: at, updatedAt: at },
    savedState: JSON.stringify(state),
    work: [],
    threads: [],
    waiting: [],
    foundUpTo: 0,
  };
}

/** What is there already of some ids. */
async function lookUp(
  store: Pick<Store, 'receipt'>,
  id: string,
  ids: readonly string[],
  known: Map<string, Receipt>,
): Promise<void> {
  const before = known.size;
  const found = await Promise.all(ids.map((one) => store.receipt(id, one)));
  for (const receipt of found) if (receipt) known.set(receipt.id, receipt);
  // A decision that was told of it has brought it all the same.
  if (known.size === before) throw new Error('a message would be in the log twice');
}

/** @returns whether it is gone */
async function removeUnchanged(store: Store, id: string, unchangedSince: number, at: number): Promise<boolean> {
  const saved = await store.conversation(id);
  if (!saved || saved.updatedAt >= unchangedSince) return false;
  const { version, marks } = saved;
  return (await store.commit(id, version, { at, marks, remove: true })) === 'ok';
}
