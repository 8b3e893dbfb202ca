import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import { RelayError } from '../errors.ts';
import type { Changes, Marks, Receipt, Session, Store, Work } from './store.ts';

interface OpenedStore extends AsyncDisposable {
  store: Store;
  /** Closes it, and opens it again where it was. */
  reopen(): Promise<Store>;
  /** Whether any of these words are anywhere in what it keeps. */
  keeps(...words: string[]): Promise<boolean>;
}

/** Any text will do: the store looks into none of it. */
const stateOf = (note: string) =>
  JSON.stringify({ handoff: { phase: 'bot', epoch: 3 }, note, 'ключ "☂"': [null, 1.5] });

const marks: Marks = { spoke: 0, forDesk: 0, told: 0, telling: null };
const born: Changes = {
  create: { site: 'demo', visitor: 'v-1', log: 'l-1' },
  at: 1_000,
  state: stateOf('born'),
  marks,
};

const said = (id: string, text: string, more: Partial<Message> = {}): Message => ({
  id,
  author: { kind: 'visitor' },
  text,
  at: 1_001,
  ...more,
});
/** A decision that takes one message into the log. */
const saying = (seq: number, message: Message, hash?: string): Changes => ({
  at: message.at,
  entries: [{ event: { kind: 'message', seq, message }, ...(hash === undefined ? {} : { hash }) }],
  marks,
});
const failure = (seq: number) => ({ event: { kind: 'botFailed', seq, at: 2 } as const });
const receipt = (id: string, seq: number): Receipt => ({ id, hash: `hash-of-${id}`, seq, at: 1_002 });
const task = (id: string, more: Partial<Work> = {}): Omit<Work, 'order' | 'conversation'> => ({
  id,
  after: 0,
  task: { lane: 'desk', round: 1, op: { key: `k-${id}`, step: 'note', kind: 'note', note: 'n-1' } },
  notBefore: 5_000,
  attempts: 0,
  status: 'ready',
  sentAt: null,
  ...more,
});
const session = (hash: string, conversation: string, expiresAt = 9_000, heir: string | null = null): Session => ({
  hash,
  conversation,
  site: 'demo',
  createdAt: 1_000,
  expiresAt,
  heir,
});

/** What every store promises. `open` gives an empty one. */
export function describeStore(name: string, open: () => Promise<OpenedStore>): void {
  describe(name, () => {
    test('a setting that is set once stays, whoever comes second', async () => {
      await using opened = await open();
      const { store } = opened;
      expect(await store.setOnce('key', 'first')).toBe('first');
      expect(await store.setOnce('key', 'second')).toBe('first');
      expect(await (await opened.reopen()).setting('key')).toBe('first');
    });

    test('tells how far conversations are, of those that there are', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.commit('a', 0, born);
      await store.commit('b', 0, born);
      await store.commit('b', 1, saying(1, said('m', 'Hi')));
      const heads = await store.heads(['b', 'none', 'a']);
      expect(heads.sort((one, other) => one.version - other.version)).toEqual([
        { id: 'a', version: 1, seq: 0 },
        { id: 'b', version: 2, seq: 1 },
      ]);
      expect(await store.heads([])).toEqual([]);
    });

    test('knows nothing of what was never saved', async () => {
      await using opened = await open();
      const { store } = opened;
      expect(await store.conversation('c')).toBeUndefined();
      expect(await store.events('c', 0, 10)).toEqual([]);
      expect(await store.message('c', 'm')).toBeUndefined();
      expect(await store.receipt('c', 'r')).toBeUndefined();
      expect(await store.waiting('c', 0)).toEqual([]);
      expect(await store.session('s')).toBeUndefined();
      expect(await store.work('c')).toEqual([]);
      expect(await store.withWork()).toEqual([]);
      expect(await store.threads('c')).toEqual([]);
      expect(await store.threadBySource('s')).toBeUndefined();
      expect(await store.threadByNumber('home', 1)).toBeUndefined();
      expect(await store.recent(0, 10)).toEqual([]);
      expect(await store.deskMessage('c', 1, 1)).toBeUndefined();
      expect(await store.setting('n')).toBeUndefined();
      expect(await store.heads(['c'])).toEqual([]);
    });

    describe('a decision', () => {
      test('makes a conversation, and the next ones move it on', async () => {
        await using opened = await open();
        const { store } = opened;
        expect(await store.commit('c', 0, born)).toBe('ok');
        const first = {
          id: 'c',
          site: 'demo',
          visitor: 'v-1',
          log: 'l-1',
          version: 1,
          seq: 0,
          state: stateOf('born'),
          marks,
          createdAt: 1_000,
          updatedAt: 1_000,
        };
        expect(await store.conversation('c')).toEqual(first);
        expect(await store.commit('c', 1, { at: 2_000, marks, state: stateOf('grown') })).toBe('ok');
        const telling = { seq: 1, status: 'sending', notBefore: 2, attempts: 3, sentAt: 4 } as const;
        const moved: Marks = { spoke: 1, forDesk: 1, told: 0, telling };
        const changes = { ...saying(1, said('m-1', 'Hello')), at: 3_000, marks: moved };
        expect(await store.commit('c', 2, changes)).toBe('ok');
        expect(await store.conversation('c')).toEqual({
          ...first,
          version: 3,
          seq: 1,
          state: stateOf('grown'),
          marks: moved,
          updatedAt: 3_000,
        });
        expect(await store.commit('c', 3, { at: 4_000, marks })).toBe('ok');
        expect(await store.conversation('c')).toMatchObject({ version: 4, state: stateOf('grown'), marks });
      });

      test('is stale where the conversation has moved on, and then nothing of it happens', async () => {
        await using opened = await open();
        const { store } = opened;
        expect(await store.commit('c', 1, { at: 1, marks })).toBe('stale');
        await store.commit('c', 0, born);
        const before = await store.conversation('c');
        const late: Changes = {
          ...saying(1, said('m-1', 'Too late')),
          state: stateOf('late'),
          receipts: [receipt('r-1', 1)],
          addWork: [task('w-1')],
        };
        expect(await store.commit('c', 0, { ...born, ...late })).toBe('stale');
        expect(await store.commit('c', 2, late)).toBe('stale');
        expect(await store.conversation('c')).toEqual(before);
        expect(await store.events('c', 0, 10)).toEqual([]);
        expect(await store.message('c', 'm-1')).toBeUndefined();
        expect(await store.receipt('c', 'r-1')).toBeUndefined();
        expect(await store.work('c')).toEqual([]);
      });

      test('happens whole or not at all', async () => {
        await using opened = await open();
        const { store } = opened;
        const thread = { round: 1, home: 'desk-a', source: 'source-1', ref: null, cursor: 0, takesAfter: null };
        await store.commit('other', 0, { ...born, threads: [thread] });
        await store.commit('c', 0, { ...born, receipts: [receipt('r-1', 0)] });
        const before = await store.conversation('c');
        const half = store.commit('c', 1, {
          ...saying(1, said('m-1', 'Hello')),
          state: stateOf('half'),
          sessions: [session('s-1', 'c')],
          addWork: [task('w-1')],
          receipts: [receipt('r-2', 1)],
          threads: [thread], // its source is another's
        });
        await expect(half).rejects.toThrow('cannot be saved');
        expect(await store.conversation('c')).toEqual(before);
        expect(await store.events('c', 0, 10)).toEqual([]);
        expect(await store.message('c', 'm-1')).toBeUndefined();
        expect(await store.receipt('c', 'r-2')).toBeUndefined();
        expect(await store.session('s-1')).toBeUndefined();
        expect(await store.work('c')).toEqual([]);
        expect(await store.commit('c', 1, saying(1, said('m-1', 'Hello')))).toBe('ok');
      });

      test('is a mistake, and not “unavailable”, where it contradicts itself or what is there', async () => {
        await using opened = await open();
        const { store } = opened;
        const mistakes: [string, number, Changes][] = [
          ['leaves a number out', 1, { at: 2, marks, entries: [failure(3)] }],
          ['gives a number again', 1, { at: 2, marks, entries: [failure(1)] }],
          ['has a gap within', 1, { at: 2, marks, entries: [failure(2), failure(4)] }],
          ['makes what is there', 1, { ...born, at: 2 }],
          ['brings the session of another conversation', 1, { at: 2, marks, sessions: [session('s', 'other')] }],
        ];
        await store.commit('c', 0, { ...born, ...saying(1, said('m-1', 'Hello')) });
        const before = await store.conversation('c');
        for (const [what, version, changes] of mistakes) {
          const error: unknown = await store.commit('c', version, changes).catch((error: unknown) => error);
          expect(error, what).toBeInstanceOf(Error);
          expect(error, what).not.toBeInstanceOf(RelayError);
          expect(await store.conversation('c'), what).toEqual(before);
          expect(await store.events('c', 0, 10), what).toHaveLength(1);
          expect(await store.message('c', 'm-1'), what).toEqual(said('m-1', 'Hello'));
        }
      });

      test('is a repeat where its message or its request is there already, and then nothing of it happens', async () => {
        await using opened = await open();
        const { store } = opened;
        await store.commit('c', 0, { ...born, ...saying(1, said('m-1', 'Hello'), 'h'), receipts: [receipt('r-1', 1)] });
        await store.commit('d', 0, born);
        const before = await store.conversation('c');
        const repeats: [string, Changes][] = [
          ['the same message', saying(2, said('m-1', 'Hello'), 'h')],
          ['one with other words', saying(2, said('m-1', 'Again'), 'g')],
          ['one behind another', { ...saying(2, said('m-2', 'New')), receipts: [receipt('m-1', 2)] }],
          ['the same request', { at: 2, marks, receipts: [receipt('r-1', 1)] }],
          ['a message with the id of a request', saying(2, said('r-1', 'Hello'))],
        ];
        for (const [what, changes] of repeats) {
          // A decision beside it, in the same write to the disk, is not touched.
          const version = (await store.conversation('d'))?.version ?? 0;
          const both = [store.commit('c', 1, changes), store.commit('d', version, { at: 2, marks })];
          expect(await Promise.all(both), what).toEqual(['taken', 'ok']);
          expect(await store.conversation('c'), what).toEqual(before);
          expect(await store.events('c', 0, 10), what).toHaveLength(1);
        }
        expect(await store.message('c', 'm-1')).toEqual(said('m-1', 'Hello'));
        expect(await store.receipt('c', 'm-1')).toEqual({ id: 'm-1', hash: 'h', seq: 1, at: 1_001 });
        expect(await store.commit('d', 6, saying(1, said('m-1', 'Elsewhere')))).toBe('ok');
      });

      test('takes no other with it when it fails or is late, though they share a disk write', async () => {
        await using opened = await open();
        const { store } = opened;
        await store.commit('late', 0, born);
        const fates = await Promise.allSettled(
          Array.from({ length: 300 }, (_, i) => {
            if (i % 3 === 1) return store.commit('late', 7, { at: 5, marks, state: stateOf('late') });
            const words = saying(i % 3 === 2 ? 2 : 1, said(`m-${i}`, `Message ${i}`));
            return store.commit(`c-${i}`, 0, { ...born, ...words, addWork: [task(`w-${i}`)] });
          }),
        );
        expect(fates.map((fate) => (fate.status === 'fulfilled' ? fate.value : 'failed'))).toEqual(
          fates.map((_, i) => ['ok', 'stale', 'failed'][i % 3]),
        );
        for (let i = 0; i < 300; i += 1) {
          const there = i % 3 === 0;
          expect(await store.conversation(`c-${i}`)).toEqual(there ? expect.objectContaining({ seq: 1 }) : undefined);
          expect(await store.work(`c-${i}`)).toHaveLength(there ? 1 : 0);
        }
      });

      test('follows those before it, even when nobody waited for them', async () => {
        await using opened = await open();
        const { store } = opened;
        const results = await Promise.all([
          store.commit('c', 0, born),
          store.commit('c', 1, saying(1, said('m-1', 'One'))),
          store.commit('c', 1, saying(1, said('m-2', 'Two'))),
          store.commit('c', 2, saying(2, said('m-3', 'Three'))),
        ]);
        expect(results).toEqual(['ok', 'ok', 'stale', 'ok']);
        expect((await store.events('c', 0, 10)).map((event) => event.kind === 'message' && event.message.id)).toEqual([
          'm-1',
          'm-3',
        ]);
      });
    });

    describe('the log', () => {
      test('is read in pages, with the words', async () => {
        await using opened = await open();
        const { store } = opened;
        const agent: Message = said('m-2', '**Hi**', {
          author: { kind: 'agent', name: 'Mara Ostby', team: 'Support' },
          files: [{ name: 'a.pdf', type: 'application/pdf', size: 12, url: '/f/1' }],
        });
        const bot: Message = said('m-3', 'Which?', {
          author: { kind: 'bot' },
          choices: [{ title: 'This', value: 'this' }],
        });
        const all: LogEvent[] = [
          { kind: 'message', seq: 1, message: said('m-1', 'Hello') },
          { kind: 'handoff', seq: 2, at: 7, handoff: { phase: 'bot', epoch: 2 }, because: 'back' },
          { kind: 'message', seq: 3, message: agent },
          { kind: 'deletion', seq: 4, id: 'm-0', at: 8 },
          { kind: 'message', seq: 5, message: bot },
        ];
        await store.commit('c', 0, { ...born, entries: all.map((event) => ({ event })) });
        expect(await store.events('c', 0, 10)).toEqual(all);
        expect(await store.events('c', 1, 2)).toEqual(all.slice(1, 3));
        expect(await store.events('c', 4, 2)).toEqual(all.slice(4));
        expect(await store.events('c', 5, 2)).toEqual([]);
        expect(await store.events('c', 0, 10, 1), 'at least one').toEqual(all.slice(0, 1));
        expect(await store.events('c', 0, 10, 100_000)).toEqual(all);
        expect(await store.message('c', 'm-2')).toEqual(agent);
        expect(await store.message('other', 'm-2')).toBeUndefined();
      });

      test('gives every text back as it was', async () => {
        await using opened = await open();
        const { store } = opened;
        let made = 0;
        const text = fc.oneof(
          fc.string({ unit: 'binary', maxLength: 300 }),
          fc.constantFrom('', ' ', '\0', "'; DROP TABLE message; --", '👩‍👩‍👧'.repeat(500), 'שלום', 'x'.repeat(9_000)),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(text, { minLength: 10, maxLength: 40 }), async (texts) => {
            made += 1;
            const messages = texts.map((text, i) => said(`m-${i}`, text, { choices: [{ title: text, value: text }] }));
            const entries = messages.map((message, i) => ({
              event: { kind: 'message' as const, seq: i + 1, message },
            }));
            expect(await store.commit(`c-${made}`, 0, { ...born, entries })).toBe('ok');
            const log = await store.events(`c-${made}`, 0, 100);
            expect(log.map((event) => event.kind === 'message' && event.message)).toEqual(messages);
          }),
          { numRuns: 5 },
        );
      });
    });

    test('receipts are kept, each conversation has its own', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.commit('c', 0, { ...born, receipts: [receipt('r-1', 1), receipt('r-2', 2)] });
      await store.commit('d', 0, { ...born, receipts: [{ ...receipt('r-1', 1), hash: 'another' }] });
      expect(await store.receipt('c', 'r-1')).toEqual(receipt('r-1', 1));
      expect(await store.receipt('c', 'r-2')).toEqual(receipt('r-2', 2));
      expect(await store.receipt('d', 'r-1')).toEqual({ ...receipt('r-1', 1), hash: 'another' });
      expect(await store.receipt('d', 'r-2')).toBeUndefined();
      await store.commit('d', 1, saying(1, said('m-1', 'Hello'), 'h'));
      expect(await store.receipt('d', 'm-1')).toEqual({ id: 'm-1', hash: 'h', seq: 1, at: 1_001 });
      await store.commit('d', 2, saying(2, said('m-2', 'Nobody asked for this')));
      expect(await store.receipt('d', 'm-2')).toEqual({ id: 'm-2', hash: null, seq: 2, at: 1_001 });
      expect(await store.message('d', 'r-1'), 'a request is no message').toBeUndefined();
      expect(await store.events('d', 0, 10), 'and no event').toHaveLength(2);
    });

    test('what is for the desk is what visitor and bot said, without what lost its words, after a number', async () => {
      await using opened = await open();
      const { store } = opened;
      const by = (seq: number, author: Message['author']) => ({
        event: { kind: 'message' as const, seq, message: said(`m-${seq}`, 'Hello', { author }) },
      });
      const entries = [
        by(1, { kind: 'bot' }),
        by(2, { kind: 'visitor' }),
        by(3, { kind: 'agent', name: 'Mara' }),
        { event: { kind: 'botFailed' as const, seq: 4, at: 2 } },
        by(5, { kind: 'system' }),
        by(6, { kind: 'visitor' }),
        by(7, { kind: 'visitor' }),
      ];
      await store.commit('c', 0, { ...born, entries, receipts: [receipt('r-1', 3)] });
      await store.commit('d', 0, { ...born, entries: [by(1, { kind: 'visitor' })] });
      await store.commit('c', 1, { at: 2, marks, blank: ['m-6'] });
      const [first, second, , , , , last] = [1, 2, 3, 4, 5, 6, 7].map((seq) => ({
        seq,
        id: `m-${seq}`,
        by: seq === 1 ? 'bot' : 'visitor',
      }));
      expect(await store.waiting('c', 0)).toEqual([first, second, last]);
      expect(await store.waiting('c', 2)).toEqual([last]);
      expect(await store.waiting('c', 7)).toEqual([]);
    });

    describe('blanking', () => {
      test('takes the words and leaves the place and the receipt', async () => {
        await using opened = await open();
        const { store } = opened;
        const secret = said('m-1', 'SECRET-TEXT', {
          choices: [{ title: 'SECRET-CHOICE', value: 'x' }],
          files: [{ name: 'SECRET-FILE', type: 'text/plain', url: '/f/1' }],
        });
        await store.commit('c', 0, { ...born, ...saying(1, secret, 'hash-of-m-1') });
        await store.commit('c', 1, saying(2, said('m-2', 'STAYS')));
        expect(await opened.keeps('SECRET-TEXT')).toBe(true);
        expect(
          await store.commit('c', 2, {
            at: 9,
            marks,
            entries: [{ event: { kind: 'deletion', seq: 3, id: 'm-1', at: 9 } }],
            blank: ['m-1', 'm-unknown'],
          }),
        ).toBe('ok');
        const blank = { id: 'm-1', author: { kind: 'visitor' }, text: '', at: 1_001, deleted: true };
        const check = async (store: Store) => {
          expect(await opened.keeps('SECRET-TEXT', 'SECRET-CHOICE', 'SECRET-FILE')).toBe(false);
          expect(await store.message('c', 'm-1')).toEqual(blank);
          expect(await store.events('c', 0, 10)).toEqual([
            { kind: 'message', seq: 1, message: blank },
            { kind: 'message', seq: 2, message: said('m-2', 'STAYS') },
            { kind: 'deletion', seq: 3, id: 'm-1', at: 9 },
          ]);
          expect(await store.receipt('c', 'm-1')).toEqual({ ...receipt('m-1', 1), at: 1_001 });
        };
        await check(store);
        await check(await opened.reopen());
      });

      test('leaves no copy anywhere, whatever was written and blanked around it', async () => {
        await using opened = await open();
        const { store } = opened;
        const length = (i: number) => 1 + ((i * 7919) % 6_000); // some longer than any page
        const versions = new Map<string, number>();
        const commit = async (id: string, changes: Changes) => {
          const version = versions.get(id) ?? 0;
          versions.set(id, version + 1);
          expect(await store.commit(id, version, version === 0 ? { ...born, ...changes } : changes)).toBe('ok');
        };
        const of = (i: number) => `c-${i % 17}`;
        await Promise.all(
          Array.from({ length: 340 }, (_, i) =>
            commit(of(i), {
              ...saying(1 + Math.floor(i / 17), said(`m-${i}`, `SECRET ${'x'.repeat(length(i))} SECRET`)),
              state: stateOf('s'.repeat(length(i * 3))),
            }),
          ),
        );
        for (const step of [2, 3, 5, 1]) {
          const ids = Array.from({ length: 340 }, (_, i) => i).filter((i) => i % step === 0);
          await Promise.all(
            ids.map((i) =>
              commit(of(i), { at: 9, marks, blank: [`m-${i}`], state: stateOf('s'.repeat(length(i + step))) }),
            ),
          );
        }
        expect(await opened.keeps('SECRET')).toBe(false);
      });
    });

    test('sessions are found by their hash, and can be made to last longer or shorter, or given an heir', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.commit('c', 0, { ...born, sessions: [session('s-1', 'c'), session('s-2', 'c')] });
      await store.commit('d', 0, { ...born, sessions: [session('s-3', 'd')] });
      expect(await store.session('s-1')).toEqual(session('s-1', 'c'));
      expect(await store.session('s-3')).toEqual(session('s-3', 'd'));
      await store.commit('c', 1, { at: 2, marks, sessions: [session('s-1', 'c', 500, 's-2')] });
      expect(await store.session('s-1')).toEqual(session('s-1', 'c', 500, 's-2'));
      expect(await store.session('s-2')).toEqual(session('s-2', 'c'));
    });

    describe('work', () => {
      test('keeps its order, and is changed and dropped by id', async () => {
        await using opened = await open();
        const { store } = opened;
        const turn = task('w-2', {
          after: 4,
          task: { lane: 'bot', turn: 't-1', epoch: 3, from: 2, upTo: 4, also: ['m-1'] },
        });
        const timer = task('w-3', { task: { lane: 'timer', timer: 'waited', epoch: 3 }, notBefore: 1 });
        // The ids say nothing of the order.
        await store.commit('c', 0, { ...born, addWork: [task('w-9'), turn] });
        await store.commit('d', 0, { ...born, addWork: [task('w-9', { attempts: 8 })] });
        await store.commit('c', 1, { at: 2, marks, addWork: [timer] });
        const work = await store.work('c');
        expect(work).toEqual(
          [task('w-9'), turn, timer].map((task, i) => ({ ...task, conversation: 'c', order: work[i]?.order })),
        );
        expect(work.map(({ order }) => order)).toEqual(work.map(({ order }) => order).sort((a, b) => a - b));
        expect(new Set(work.map(({ order }) => order)).size).toBe(3);
        expect(await store.withWork()).toEqual(['c', 'd']);

        const sending = { id: 'w-9', status: 'sending', notBefore: 9, attempts: 1, sentAt: 8 } as const;
        expect(await store.commit('c', 2, { at: 3, marks, changeWork: [sending, { ...sending, id: 'gone' }] })).toBe(
          'ok',
        );
        expect((await store.work('c'))[0]).toEqual({ ...work[0], ...sending });
        expect((await store.work('d'))[0]).toMatchObject(task('w-9', { attempts: 8 }));

        expect(await store.commit('c', 3, { at: 4, marks, dropWork: ['w-9', 'w-3', 'gone'] })).toBe('ok');
        expect(await store.work('c')).toEqual([work[1]]);
        expect(await store.commit('c', 4, { at: 5, marks, dropWork: ['w-2'] })).toBe('ok');
        expect(await store.withWork()).toEqual(['d']);
        await store.commit('c', 5, { at: 6, marks, addWork: [task('w-4')] });
        expect((await store.work('c'))[0]?.order).toBeGreaterThan(work[2]?.order ?? Infinity);
      });

      test('is found among what has changed lately, to the minute', async () => {
        await using opened = await open();
        const { store } = opened;
        const minute = 60_000;
        const behind = { ...marks, forDesk: 1 };
        const entries = saying(1, said('m-1', 'Hello')).entries ?? [];
        await store.commit('old', 0, { ...born, at: 2 * minute, entries, marks: behind });
        await store.commit('word', 0, { ...born, at: 3 * minute, entries, marks: behind });
        await store.commit('step', 0, { ...born, at: minute });
        await store.commit('step', 1, { at: 4 * minute, marks, addWork: [task('w-1')] });
        await store.commit('idle', 0, { ...born, at: 4 * minute });
        expect(await store.withWork(3 * minute)).toEqual(['word', 'step']);
        expect(await store.withWork(3 * minute + 1)).toEqual(['word', 'step']);
        expect(await store.withWork(4 * minute)).toEqual(['step']);
        expect(await store.withWork()).toEqual(['old', 'word', 'step']);
      });

      test('is also what was said and the desk has not had yet', async () => {
        await using opened = await open();
        const { store } = opened;
        const entries = saying(1, said('m-1', 'Hello')).entries ?? [];
        await store.commit('c', 0, { ...born, entries, marks: { ...marks, forDesk: 1 } });
        await store.commit('d', 0, born);
        expect(await store.withWork()).toEqual(['c']);
        await store.commit('c', 1, { at: 2, marks: { ...marks, forDesk: 1, told: 1 } });
        expect(await store.withWork()).toEqual([]);
      });
    });

    describe('desk threads', () => {
      const thread = { round: 1, home: 'desk-a', source: 'source-1', ref: null, cursor: 0, takesAfter: null };

      test('are made, replaced by round, and listed by round', async () => {
        await using opened = await open();
        const { store } = opened;
        const second = {
          round: 2,
          home: 'desk-b',
          source: 'source-2',
          ref: { number: 4, uuid: 'u' },
          cursor: 7,
          takesAfter: 3,
        };
        await store.commit('c', 0, { ...born, threads: [second, thread] });
        expect(await store.threads('c')).toEqual([
          { ...thread, conversation: 'c' },
          { ...second, conversation: 'c' },
        ]);
        const known = { ...thread, ref: { number: 31 }, cursor: 12, takesAfter: 9 };
        await store.commit('c', 1, { at: 2, marks, threads: [known] });
        expect(await store.threads('c')).toEqual([
          { ...known, conversation: 'c' },
          { ...second, conversation: 'c' },
        ]);
      });

      test('are found by source, and by number at their desk', async () => {
        await using opened = await open();
        const { store } = opened;
        await store.commit('c', 0, { ...born, threads: [{ ...thread, ref: { number: 31 } }] });
        await store.commit('d', 0, {
          ...born,
          threads: [{ ...thread, home: 'desk-b', source: 'source-2', ref: { number: 31 } }],
        });
        await store.commit('e', 0, { ...born, threads: [{ ...thread, source: 'source-3' }] });
        expect(await store.threadBySource('source-2')).toMatchObject({ conversation: 'd', round: 1 });
        expect(await store.threadBySource('source-3')).toEqual({ ...thread, source: 'source-3', conversation: 'e' });
        expect(await store.threadBySource('source-9')).toBeUndefined();
        expect(await store.threadByNumber('desk-a', 31)).toMatchObject({ conversation: 'c' });
        expect(await store.threadByNumber('desk-b', 31)).toMatchObject({ conversation: 'd' });
        expect(await store.threadByNumber('desk-b', 32)).toBeUndefined();
      });

      test('never share a source', async () => {
        await using opened = await open();
        const { store } = opened;
        await store.commit('c', 0, { ...born, threads: [thread] });
        await expect(store.commit('d', 0, { ...born, threads: [thread] })).rejects.toThrow('cannot be saved');
        expect(await store.conversation('d')).toBeUndefined();
        expect(await store.threadBySource('source-1')).toMatchObject({ conversation: 'c' });
      });
    });

    test('a message at the desk is found by the key of the operation that wrote it, the first where there are two', async () => {
      await using opened = await open();
      const { store } = opened;
      const ours = { round: 1, deskId: 40, message: 'm-1', key: 'k-1' };
      await store.commit('c', 0, { ...born, deskMessages: [{ ...ours, deskId: 41, message: null }, ours] });
      expect(await store.deskMessageByKey('c', 1, 'k-1')).toEqual(ours);
      expect(await store.deskMessageByKey('c', 2, 'k-1')).toBeUndefined();
      expect(await store.deskMessageByKey('d', 1, 'k-1')).toBeUndefined();
    });

    test('messages at the desk are known by round and the desk’s id', async () => {
      await using opened = await open();
      const { store } = opened;
      const ours = { round: 1, deskId: 40, message: 'm-1', key: 'k-1' };
      const unseen = { round: 1, deskId: 41, message: null, key: null };
      await store.commit('c', 0, { ...born, deskMessages: [ours, unseen, { ...unseen, round: 2, deskId: 40 }] });
      await store.commit('d', 0, { ...born, deskMessages: [{ ...ours, message: 'm-9' }] });
      expect(await store.deskMessage('c', 1, 40)).toEqual(ours);
      expect(await store.deskMessage('c', 1, 41)).toEqual(unseen);
      expect(await store.deskMessage('c', 2, 40)).toEqual({ ...unseen, round: 2, deskId: 40 });
      expect(await store.deskMessage('d', 1, 40)).toEqual({ ...ours, message: 'm-9' });
      expect(await store.deskMessage('c', 2, 41)).toBeUndefined();
      await store.commit('c', 1, {
        at: 2,
        marks,
        deskMessages: [{ ...unseen, message: 'm-2', at: 1_800_000_000_000 }],
      });
      expect(await store.deskMessage('c', 1, 41)).toEqual({ ...unseen, message: 'm-2', at: 1_800_000_000_000 });
    });

    test('recent conversations come newest first', async () => {
      await using opened = await open();
      const { store } = opened;
      for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) await store.commit(id, 0, { ...born, at: 1_000 + i });
      await store.commit('b', 1, { at: 2_000, marks });
      const ids = async (since: number, limit: number) => (await store.recent(since, limit)).map(({ id }) => id);
      expect(await ids(0, 10)).toEqual(['b', 'd', 'c', 'a']);
      expect(await ids(1_002, 10)).toEqual(['b', 'd', 'c']);
      expect(await ids(0, 2)).toEqual(['b', 'd']);
      expect(await ids(2_001, 2)).toEqual([]);
      expect((await store.recent(0, 1))[0]).toEqual(await store.conversation('b'));
    });

    test('settings are kept and replaced', async () => {
      await using opened = await open();
      await opened.store.set('a', '1');
      await opened.store.set('b', 'ü\n"');
      await opened.store.set('a', '2');
      const read = async (store: Store) => [await store.setting('a'), await store.setting('b')];
      expect(await read(opened.store)).toEqual(['2', 'ü\n"']);
      expect(await read(await opened.reopen())).toEqual(['2', 'ü\n"']);
    });

    test('settings are listed by how their names begin, whatever signs are in them', async () => {
      await using opened = await open();
      for (const name of ['a% c', 'a% b', 'a_', 'A% d', 'ü a% e']) await opened.store.set(name, name);
      expect(await opened.store.settings('a% ')).toEqual([
        { name: 'a% b', value: 'a% b' },
        { name: 'a% c', value: 'a% c' },
      ]);
      expect(await opened.store.settings('b')).toEqual([]);
    });

    test('everything is there again after a restart, and goes on', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.commit('c', 0, {
        ...born,
        ...saying(1, said('m-1', 'Hello'), 'hash'),
        marks: { spoke: 1, forDesk: 1, told: 0, telling: null },
        sessions: [session('s-1', 'c')],
        addWork: [task('w-1')],
        threads: [{ round: 1, home: 'desk-a', source: 'source-1', ref: { number: 5 }, cursor: 3, takesAfter: 0 }],
        deskMessages: [{ round: 1, deskId: 4, message: 'm-1', key: 'k-1' }],
      });
      await store.set('n', 'v');
      const all = async (store: Store) => [
        await store.conversation('c'),
        await store.events('c', 0, 9),
        await store.message('c', 'm-1'),
        await store.receipt('c', 'm-1'),
        await store.waiting('c', 0),
        await store.session('s-1'),
        await store.work('c'),
        await store.withWork(),
        await store.threads('c'),
        await store.threadBySource('source-1'),
        await store.threadByNumber('desk-a', 5),
        await store.deskMessage('c', 1, 4),
        await store.recent(0, 9),
        await store.setting('n'),
      ];
      const before = await all(store);
      expect(before).not.toContain(undefined);
      const again = await opened.reopen();
      expect(await all(again)).toEqual(before);
      expect(await again.commit('c', 1, saying(2, said('m-2', 'Still here')))).toBe('ok');
    });

    test('closing first writes what was decided, and then takes nothing more', async () => {
      await using opened = await open();
      const { store } = opened;
      const decided = Promise.all(Array.from({ length: 500 }, (_, i) => store.commit(`c-${i}`, 0, born)));
      const closed = store.close();
      await expect(store.commit('late', 0, born)).rejects.toThrow(RelayError);
      expect(new Set(await decided)).toEqual(new Set(['ok']));
      await closed;
      await expect(store.commit('late', 0, born)).rejects.toThrow(RelayError);
      await expect(store.conversation('c-1')).rejects.toThrow(RelayError);
      const again = await opened.reopen();
      expect(await again.recent(0, 1_000)).toHaveLength(500);
    });

    describe('what is taken away', () => {
      const whole = (id: string, text: string): Changes => ({
        ...born,
        ...saying(1, said('m-1', text), `hash of ${text}`),
        create: { site: 'demo', visitor: `v-${id}`, log: 'l-1' },
        state: stateOf(`${text} in the state`),
        receipts: [receipt('r-1', 1)],
        sessions: [session(`s-${id}`, id)],
        addWork: [task('w-1')],
        threads: [{ round: 1, home: 'h', source: `source-${id}`, ref: { number: 7 }, cursor: 0, takesAfter: null }],
        deskMessages: [{ round: 1, deskId: 70, message: 'm-1', key: 'k' }],
      });

      test('a conversation is gone with everything that was kept of it, and others stay', async () => {
        await using opened = await open();
        const { store } = opened;
        await store.commit('a', 0, whole('a', 'Kept'));
        await store.commit('c', 0, whole('c', 'To be forgotten'));
        expect(await store.commit('c', 1, { at: 5, marks, remove: true })).toBe('ok');
        expect(await store.conversation('c')).toBeUndefined();
        expect(await store.events('c', 0, 10)).toEqual([]);
        expect(await store.message('c', 'm-1')).toBeUndefined();
        expect(await store.receipt('c', 'r-1')).toBeUndefined();
        expect(await store.session('s-c')).toBeUndefined();
        expect(await store.work('c')).toEqual([]);
        expect(await store.withWork()).toEqual(['a']);
        expect(await store.threads('c')).toEqual([]);
        expect(await store.threadBySource('source-c')).toBeUndefined();
        expect(await store.threadByNumber('h', 7)).toMatchObject({ conversation: 'a' });
        expect(await store.deskMessage('c', 1, 70)).toBeUndefined();
        expect((await store.recent(0, 10)).map(({ id }) => id)).toEqual(['a']);
        expect(await opened.keeps('To be forgotten')).toBe(false);
        expect(await store.message('a', 'm-1')).toMatchObject({ text: 'Kept' });
        // Who speaks under that name again begins anew, and finds nothing of before.
        expect(await store.commit('c', 1, saying(2, said('m-2', 'Hello')))).toBe('stale');
        expect(await store.commit('c', 0, whole('c', 'Once more'))).toBe('ok');
        expect((await store.events('c', 0, 10)).map(({ seq }) => seq)).toEqual([1]);
        expect(await store.receipt('c', 'm-1')).toMatchObject({ hash: 'hash of Once more', seq: 1 });
      });

      test('nothing is taken away from a conversation that has moved on', async () => {
        await using opened = await open();
        const { store } = opened;
        await store.commit('c', 0, whole('c', 'Kept'));
        await store.commit('c', 1, { at: 6, marks });
        expect(await store.commit('c', 1, { at: 7, marks, remove: true })).toBe('stale');
        expect(await store.message('c', 'm-1')).toMatchObject({ text: 'Kept' });
      });

      test('sessions go by their names, many at once', async () => {
        await using opened = await open();
        const { store } = opened;
        const all = ['s-1', 's-2', 's-3'].map((hash) => session(hash, 'c'));
        await store.commit('c', 0, { ...born, sessions: all });
        await store.dropSessions(['s-1', 's-3', 'none']);
        await store.dropSessions([]);
        expect([await store.session('s-1'), await store.session('s-2'), await store.session('s-3')]).toEqual([
          undefined,
          all[1],
          undefined,
        ]);
      });
    });

    test('everything can be looked through, page by page', async () => {
      await using opened = await open();
      const { store } = opened;
      for (const id of ['b', 'a', 'c']) {
        const create = { site: 'demo', visitor: `v-${id}`, log: 'l' };
        await store.commit(id, 0, { ...born, create, sessions: [session(`s-${id}`, id)] });
      }
      expect(await store.list('', 2)).toEqual(['a', 'b'].map((id) => ({ id, site: 'demo', visitor: `v-${id}` })));
      expect((await store.list('b', 2)).map(({ id }) => id)).toEqual(['c']);
      expect(await store.list('c', 2)).toEqual([]);
      expect(await store.sessions('', 2)).toEqual([session('s-a', 'a'), session('s-b', 'b')]);
      expect(await store.sessions('s-b', 2)).toEqual([session('s-c', 'c')]);
    });

    test('conversations that are idle are told, the longest first', async () => {
      await using opened = await open();
      const { store } = opened;
      const minute = 60_000;
      for (const [id, at] of [
        ['young', 30],
        ['oldest', 10],
        ['old', 20],
      ] as const) {
        await store.commit(id, 0, { ...born, at: at * minute });
      }
      expect(await store.idle(25 * minute, 10)).toEqual(['oldest', 'old']);
      expect(await store.idle(25 * minute, 1)).toEqual(['oldest']);
      await store.commit('oldest', 1, { at: 40 * minute, marks });
      expect(await store.idle(25 * minute, 10)).toEqual(['old']);
      expect(await store.idle(5 * minute, 10)).toEqual([]);
    });
  });
}
