import type { LogEvent } from '../../shared/protocol.ts';
import type { Outcome } from '../desks/desk.ts';
import { plan } from '../desks/plan.ts';
import type { Context } from '../conversation/context.ts';
import { greet, visitorAsked, visitorWrote } from '../conversation/conversation.ts';
import { beginToTell, deskAnswered, wordAnswered } from '../conversation/desk-answers.ts';
import { isOfDesk } from '../conversation/desk-ids.ts';
import { keyOf, nextForDesk, roundOf } from '../conversation/desk-steps.ts';
import { takeReading, type Known } from '../conversation/desk-read.ts';
import { createDraft } from '../conversation/create-draft.ts';
import type { Draft, Loaded } from '../conversation/draft.ts';
import { newState } from '../stores/conversation-state.ts';
import type { DeskMessage, Work } from '../stores/store.ts';
import type { DeskEvent, DeskState } from '../desks/desk.ts';

export const mara = { key: '2', name: 'Mara Ostby' };
export const jon = { key: '3', name: 'Jon Vale' };
export const support = { team: 'support', label: 'Support', trail: [] };
export const topics = [{ id: 'orders', label: 'Orders' }];
export const open: DeskState = { status: 'open', assignee: null, team: null };

/** Decisions of one conversation, taken one after the other without a store, a desk or a clock. */
export function takeDecisions(changes: Partial<Context> = {}) {
  let count = 0;
  const newId = () => `id-${(count += 1)}`;
  const context: Context = {
    newId,
    chance: () => 1,
    plan: (intent) => plan(intent, () => `key-${newId()}`),
    home: 'here',
    route: () => ({ route: support }),
    matchTopic: (text, among) => among.find(({ label }) => label === text),
    labelOf: ({ name }) => name,
    nameOf: () => 'Visitor 1234',
    greeting: () => ({ text: 'Hello' }),
    askingMs: 60_000,
    transferMs: 30_000,
    lastPersonMs: 0,
    botHears: () => false,
    awayAt: () => null,
    waitingMs: 300_000,
    ratingMs: 86_400_000,
    mayRate: false,
    handoffWords: () => undefined,
    defaultHandoff: undefined,
    isAlone: false,
    onBotFailure: 'offer',
    mostFallbacks: 3,
    isLost: () => false,
    ...changes,
  };
  let at = 1_000;
  let loaded: Loaded = {
    conversation: {
      id: 'c',
      site: 'demo',
      visitor: 'v',
      log: 'l',
      version: 0,
      seq: 0,
      state: newState('session-1', 'en', null),
      marks: { spoke: 0, forDesk: 0, told: 0, telling: null },
      createdAt: at,
      updatedAt: at,
    },
    savedState: JSON.stringify(newState('session-1', 'en', null)),
    work: [],
    threads: [],
    waiting: [],
    foundUpTo: 0,
  };
  const log: LogEvent[] = [];
  const deskMessages: DeskMessage[] = [];

  /** Takes one decision and keeps what it changed. */
  function decide<R>(decision: (draft: Draft, context: Context) => R): R {
    const draft = createDraft(loaded, (at += 1));
    const value = decision(draft, context);
    const keep = () => {
      log.push(...draft.news);
      deskMessages.push(...(draft.changes()?.deskMessages ?? []));
      loaded = draft.whenCommitted();
    };
    if (value instanceof Promise) void value.then(keep);
    else keep();
    return value;
  }
  const known: Known = {
    byId: async (round, deskId) => deskMessages.findLast((one) => one.round === round && one.deskId === deskId),
    byKey: async (round, key) => deskMessages.find((one) => one.round === round && one.key === key),
    doubled: () => {},
  };
  const nameOf = ({ task }: Work) =>
    task.lane === 'desk' ? task.op.step : task.lane === 'bot' ? 'turn' : `timer ${task.timer}`;

  /** The visitor's words behind one number and up to another. */
  const said = (after: number, upTo: number) =>
    log.flatMap((event) =>
      event.kind === 'message' &&
      event.message.author.kind === 'visitor' &&
      !isOfDesk(event.message.id) &&
      event.seq > after &&
      event.seq <= upTo
        ? [event.message.id]
        : [],
    );

  decide(greet);
  return {
    context,
    decide,
    known,
    log,
    deskMessages,
    get state() {
      return loaded.conversation.state;
    },
    /** As it is kept. */
    get loaded() {
      return loaded;
    },
    get work() {
      return loaded.work;
    },
    get threads() {
      return loaded.threads;
    },
    get at() {
      return at;
    },
    /** What is to be done, in order: words for the desk, steps by their names, turns and timers. */
    get todo() {
      const words = [...loaded.waiting];
      const rows = [...loaded.work].sort((a, b) => a.after - b.after);
      const names = rows.flatMap((row) => {
        const before = words.findIndex(({ seq }) => seq > row.after);
        return [...words.splice(0, before < 0 ? words.length : before).map(() => 'say'), nameOf(row)];
      });
      return [...names, ...words.map(() => 'say')];
    },
    /** What the visitor said and nobody has answered yet. */
    get unanswered() {
      const { answered, alsoOpen } = loaded.conversation.state;
      return [...alsoOpen, ...said(answered, Infinity)];
    },
    /** What the bot is being asked. */
    get turn() {
      const { task } = this.row('turn');
      return task.lane === 'bot' ? [...task.also, ...said(task.from, task.upTo)] : [];
    },
    /** What waits for the desk, and the round it is for. */
    get waiting() {
      return loaded.waiting.map((word) => [word.id, roundOf(loaded.threads, word)?.round]);
    },
    get telling() {
      return loaded.conversation.marks.telling;
    },
    /** How the first word that waits is known at the desk. */
    get key() {
      const [word] = loaded.waiting;
      const thread = word && roundOf(loaded.threads, word);
      return thread ? keyOf(thread, word.id) : '';
    },
    /** What the browsers were told last, in short. */
    get last() {
      return log.at(-1);
    },
    row(name: string): Work {
      const row = loaded.work.find((one) => nameOf(one) === name);
      if (!row) throw new Error(`there is no ${name} among ${loaded.work.map(nameOf).join(', ')}`);
      return row;
    },
    writes: (id: string, text = id) =>
      decide((draft, context) => visitorWrote(draft, context, { id, text, hash: `hash of ${text}` })),
    asks: (id = 'ask') => decide((draft, context) => visitorAsked(draft, context, { id, hash: 'hash' })),
    /** Sends what comes first for the desk, and the desk answers. */
    desk(outcome: Outcome = { result: 'done' }, by?: 'visitor' | 'bot'): string {
      const next = nextForDesk(loaded);
      if (!next) throw new Error('nothing is to be done at the desk');
      if ('word' in next) {
        const { word } = next;
        const round = roundOf(loaded.threads, word)?.round ?? 0;
        decide((draft) => beginToTell(draft, word));
        decide((draft, context) => wordAnswered(draft, context, { word, round, outcome, sentAt: null }));
        return 'say';
      }
      const row = next.step;
      decide((draft) => draft.change(row.id, { status: 'sending', sentAt: at, attempts: row.attempts + 1 }));
      decide((draft, context) => deskAnswered(draft, context, row, outcome, by));
      return nameOf(row);
    },
    /** The desk does all that there is. */
    deskDoes(state: DeskState = open) {
      for (let next = nextForDesk(loaded); next; next = nextForDesk(loaded)) {
        const name = 'word' in next ? 'say' : nameOf(next.step);
        if (name === 'begin') this.desk({ result: 'done', ref: { number: loaded.threads.length } });
        else if (name === 'say' || name === 'note') this.desk({ result: 'done', deskId: (count += 1) });
        else this.desk({ result: 'done', state });
      }
    },
    async reads(events: DeskEvent[], state: DeskState = open, round = loaded.conversation.state.round) {
      const reading = { result: 'read' as const, state, events, cursor: 0 };
      const believed = await decide((draft, context) =>
        takeReading(draft, context, { round, reading, known, isCurrent: true }),
      );
      return believed;
    },
  };
}

/** A person's words, as a reading tells them. */
export const said = (id: number, text: string, agent = mara): Extract<DeskEvent, { kind: 'said' }> => ({
  kind: 'said',
  id,
  agent,
  text,
  files: [],
  at: id,
  failed: false,
});
