import type { LogEvent } from '../../shared/protocol.ts';
import type { Marks, Receipt } from '../stores/store.ts';
import { isOfDesk } from './desk-ids.ts';
import type { Collected, Draft, Loaded } from './draft.ts';

/* The two parts of a draft: the log, and the rows beside it. */

/** What a draft puts into the log, and how far others have got in it. */
export function draftLog(loaded: Loaded, at: number, known: ReadonlyMap<string, Receipt>, collected: Collected) {
  const { changes, put, touch } = collected;
  let { marks, seq } = loaded.conversation;
  let { waiting } = loaded;
  const news: LogEvent[] = [];
  const move = (to: Partial<Marks>) => {
    touch();
    marks = { ...marks, ...to };
  };
  const entry = (event: LogEvent) => {
    put('entries', { event });
    news.push(event);
    return seq;
  };
  const saying = (id: string) =>
    changes.entries?.findLast(({ event }) => event.kind === 'message' && event.message.id === id);

  const calls: Pick<
    Draft,
    'say' | 'append' | 'blank' | 'receipt' | 'before' | 'session' | 'tell' | 'told' | 'ids' | 'deskMessage'
  > = {
    say(message) {
      seq += 1;
      const by = message.author.kind;
      if ((by === 'visitor' || by === 'bot') && !isOfDesk(message.id)) {
        move({ forDesk: seq, ...(by === 'visitor' ? { spoke: seq } : {}) });
        waiting = [...waiting, { seq, id: message.id, by }];
      }
      return entry({ kind: 'message', seq, message });
    },
    append(event) {
      seq += 1;
      return entry({ ...event, seq });
    },
    blank: (message) => put('blank', message),
    receipt(id, hash) {
      touch();
      const said = saying(id);
      if (said) said.hash = hash;
      else put('receipts', { id, hash, seq, at });
    },
    before(id) {
      const said = saying(id);
      if (said) return { id, hash: said.hash ?? null, seq: said.event.seq, at };
      return changes.receipts?.find((receipt) => receipt.id === id) ?? known.get(id);
    },
    session: (session) => put('sessions', session),
    tell(telling) {
      if (telling !== marks.telling) move({ telling });
    },
    told(message) {
      const place = waiting.findIndex(({ id }) => id === message);
      const found = waiting[place];
      if (!found) return;
      touch();
      waiting = waiting.toSpliced(place, 1);
      if (place === 0) move({ told: found.seq, telling: null });
    },
    ids: () => [
      ...(changes.entries ?? []).flatMap(({ event }) => (event.kind === 'message' ? [event.message.id] : [])),
      ...(changes.receipts ?? []).map(({ id }) => id),
    ],
    deskMessage: (row) => put('deskMessages', row),
  };
  return {
    calls,
    news,
    get seq() {
      return seq;
    },
    get marks() {
      return marks;
    },
    get waiting() {
      return waiting;
    },
    finalMarks(): Marks {
      // What waited and lost its words is skipped.
      const isAllTold = waiting.length === 0 && (marks.told < marks.forDesk || marks.telling !== null);
      if (isAllTold) move({ told: marks.forDesk, telling: null });
      return marks;
    },
  };
}

/** Rows of work, and threads at the desk. */
export function draftRows(loaded: Loaded, at: number, { put }: Collected, seq: () => number) {
  const { id: conversation } = loaded.conversation;
  let { work, threads } = loaded;
  const calls: Pick<Draft, 'add' | 'change' | 'drop' | 'thread'> = {
    add(id, task, { notBefore = at, after = seq() } = {}) {
      const row = { id, after, task, notBefore, attempts: 0, status: 'ready' as const, sentAt: null };
      put('addWork', row);
      work = [...work, { ...row, conversation, order: (work.at(-1)?.order ?? 0) + 1 }];
    },
    change(id, to) {
      work = work.map((row) => {
        if (row.id !== id) return row;
        const { status, notBefore, attempts, sentAt } = { ...row, ...to };
        put('changeWork', { id, status, notBefore, attempts, sentAt });
        return { ...row, status, notBefore, attempts, sentAt };
      });
    },
    drop(which) {
      const left = work.filter((row) => {
        const goes = which(row);
        if (goes) put('dropWork', row.id);
        return !goes;
      });
      if (left.length < work.length) work = left;
    },
    thread(thread) {
      const row = { ...thread, conversation };
      put('threads', thread);
      threads = threads.some((known) => known.round === row.round)
        ? threads.map((known) => (known.round === row.round ? row : known))
        : [...threads, row];
    },
  };
  return {
    calls,
    get work() {
      return work;
    },
    get threads() {
      return threads;
    },
  };
}
