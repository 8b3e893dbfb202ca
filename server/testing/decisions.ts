import type { LogEvent } from '../../shared/protocol.ts';
import type { Outcome } from '../desks/desk.ts';
import { plan } from '../desks/plan.ts';
import type { Context } from '../conversation/context.ts';
import { begin, visitorAsked, visitorWrote } from '../conversation/conversation.ts';
import { deskAnswered } from '../conversation/desk-answers.ts';
import { takeReading, type Known } from '../conversation/desk-read.ts';
import { createDraft, type Draft, type Loaded } from '../conversation/draft.ts';
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
    onBotFailure: 'offer',
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
      createdAt: at,
      updatedAt: at,
    },
    work: [],
    threads: [],
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
      loaded = draft.after();
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

  decide(begin);
  return {
    context,
    decide,
    known,
    log,
    deskMessages,
    get state() {
      return loaded.conversation.state;
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
    /** The rows of work, in order: steps by their names, turns and timers. */
    get todo() {
      return loaded.work.map(nameOf);
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
    /** Sends the first row for the desk, and the desk answers. */
    desk(outcome: Outcome = { result: 'done' }, by?: 'visitor' | 'bot'): string {
      const row = loaded.work.find(({ task }) => task.lane === 'desk');
      if (!row) throw new Error('nothing is to be done at the desk');
      decide((draft) => draft.change(row.id, { status: 'sending', sentAt: at, attempts: row.attempts + 1 }));
      decide((draft, context) => deskAnswered(draft, context, row, outcome, by));
      return nameOf(row);
    },
    /** The desk does all that there is. */
    deskDoes(state: DeskState = open) {
      while (loaded.work.some(({ task }) => task.lane === 'desk')) {
        const name = nameOf(loaded.work.find(({ task }) => task.lane === 'desk') as Work);
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
