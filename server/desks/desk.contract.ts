import { describe, expect, test } from 'vitest';
import type { Desk, DeskAgent, DeskChange, DeskOp, DeskThread, HandedIn, Hint, Intent, Outcome } from './desk.ts';
import { begin, newThread, reading, run, saying, semantics, taskFor, type Hands } from './semantics.ts';

/** A desk with a test's hands at it. The desk is new: nothing was said there. */
export interface Bench extends Hands, AsyncDisposable {
  /** A member of `team` who is there to be given something. */
  agent: DeskAgent;
  /** How long a request without an answer may still be on its way, milliseconds. */
  reconcileMs: number;
  /** What only people at the desk see. */
  note(thread: DeskThread, agent: DeskAgent, text: string): Promise<number>;
  typing(thread: DeskThread, agent: DeskAgent, on: boolean): Promise<void>;
  remove(thread: DeskThread, id: number): Promise<void>;
  destroy(thread: DeskThread): Promise<void>;
  /** How a thread is rated where the desk counts ratings, and for whom, where the desk says it; null where it is not. */
  rating(thread: DeskThread): Promise<{ stars: number; feedback: string; agent?: string } | null>;
  away(on: boolean): Promise<void>;
  /** The next message, or rating, is lost on its way there, or only its answer is. */
  lose(what: 'request' | 'answer', of?: 'rating'): Promise<void>;
}

/** What the port promises, of every desk. */
export function describeDesk(name: string, make: () => Promise<Bench>): void {
  const handOver = (team: string | null): Intent => ({ do: 'handOver', team, attributes: { topic: 'x' }, note: 'n' });

  describe(`what every desk promises: ${name}`, () => {
    for (const { name: what, holds } of semantics) {
      test(what, async () => {
        await using bench = await make();
        await holds(bench);
      });
    }

    test('a round begins once, however often it is asked for', async () => {
      await using bench = await make();
      const thread = newThread(bench.desk);
      const [op] = bench.desk.plan({ do: 'begin' });
      if (!op) throw new Error('nothing was planned');
      const first = await bench.desk.perform(taskFor(thread, op));
      const again = await bench.desk.perform(taskFor(thread, op, { sentAt: Date.now() }));
      const reconciled = await bench.desk.reconcile(taskFor(thread, op, { sentAt: Date.now() }));
      expect(first).toMatchObject({ result: 'done', ref: { number: expect.any(Number) } });
      for (const one of [again, reconciled]) {
        expect(one).toMatchObject({ ref: (first as Extract<Outcome, { result: 'done' }>).ref }); // seen just above
      }
    });

    test('a note to the bot is told with its words, and any other note is not', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      await bench.desk.perform(saying(bench.desk, thread, 'hello'));
      await bench.note(thread, bench.agent, 'a note about /bot');
      const id = await bench.note(thread, bench.agent, '/bot ask for the order');
      const { events } = await reading(bench.desk, thread);
      expect(events.filter(({ kind }) => kind !== 'ours')).toEqual([
        { kind: 'gaveBack', id, words: 'ask for the order', at: expect.any(Number) },
      ]);
    });

    test('a lost answer is found out; a lost message is sent again, no sooner than it may', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const first = saying(bench.desk, thread, 'first');
      await bench.lose('answer');
      expect(await bench.desk.perform(first)).toMatchObject({ result: 'unknown' });
      expect(await bench.desk.reconcile({ ...first, sentAt: Date.now() })).toMatchObject({ result: 'done' });
      const second = saying(bench.desk, thread, 'second');
      await bench.lose('request');
      expect(await bench.desk.perform(second)).toMatchObject({ result: 'unknown' });
      expect(await bench.desk.reconcile({ ...second, sentAt: Date.now() })).toMatchObject({ result: 'unknown' });
      const later = { ...second, sentAt: Date.now() - bench.reconcileMs };
      expect(await bench.desk.reconcile(later)).toMatchObject({ result: 'unsent' });
      expect(await bench.desk.perform(later)).toMatchObject({ result: 'done' });
      expect((await bench.texts(thread)).map(({ text }) => text)).toEqual(['first', 'second']);
    });

    test('a handover ends with the thread open, and with somebody of the team', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const done = await run(bench.desk, thread, handOver(bench.team));
      const state = { status: 'open', assignee: bench.agent, team: { name: bench.team } };
      expect(done.at(-1)).toMatchObject({ result: 'done', state });
      expect((await reading(bench.desk, thread)).state).toMatchObject(state);
      expect((await bench.texts(thread)).every((one) => one.private)).toBe(true);
    });

    test('each step of a handover may be repeated', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      for (const op of bench.desk.plan(handOver(bench.team))) {
        const task = taskFor(thread, op);
        await bench.desk.perform(task);
        expect(await bench.desk.perform({ ...task, sentAt: Date.now() })).toMatchObject({ result: 'done' });
        expect(await bench.desk.reconcile({ ...task, sentAt: Date.now() })).toMatchObject({ result: 'done' });
      }
      expect(await bench.texts(thread)).toHaveLength(1);
    });

    test('a team that is not there stops nothing', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const done = await run(bench.desk, thread, handOver('no such team'));
      expect(done.every(({ result }) => result === 'done')).toBe(true);
      expect(done.at(-1)).toMatchObject({ state: { status: 'open', assignee: null } });
    });

    test('a person’s words are read; what is private stays private', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      await run(bench.desk, thread, handOver(null));
      await bench.note(thread, bench.agent, 'odd fellow');
      const id = await bench.say(thread, bench.agent, 'Hello');
      const said = (await reading(bench.desk, thread)).events.filter(({ kind }) => kind !== 'ours');
      expect(said).toMatchObject([{ kind: 'said', id, agent: bench.agent, text: 'Hello', files: [], failed: false }]);
      expect(said[0]).toHaveProperty('at', expect.closeTo(Date.now(), -4));
    });

    test('old messages that are named are read; a deletion is found by reading deep', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const first = await bench.say(thread, bench.agent, 'first');
      const second = await bench.say(thread, bench.other, 'second');
      const late = { ...thread, cursor: second };
      const kinds = async (ids: number[], deep: boolean) =>
        (await reading(bench.desk, late, ids, deep)).events.map(({ kind, id }) => [kind, id]);
      expect(await kinds([], false)).toEqual([]);
      expect(await kinds([first], false)).toContainEqual(['said', first]);
      await bench.remove(thread, first);
      expect(await kinds([], true)).toContainEqual(['deleted', first]);
    });

    test('the cursor never passes what is new', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const id = await bench.say(thread, bench.agent, 'Hello');
      expect((await reading(bench.desk, thread)).cursor).toBeLessThan(id);
    });

    test('whoever answers while it is the bot’s gets it', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      await bench.say(thread, bench.other, 'I have it');
      await run(bench.desk, thread, { do: 'assign', agent: bench.other });
      expect((await reading(bench.desk, thread)).state).toMatchObject({ status: 'open', assignee: bench.other });
    });

    test('a thread that was resolved meanwhile stays resolved, unless it is to live again', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      await bench.say(thread, bench.other, 'That is done');
      await bench.setStatus(thread, bench.other, 'resolved');
      const assign: Intent = { do: 'assign', agent: bench.other };
      const resolved = { result: 'done', state: { status: 'resolved', assignee: null } };
      for (const outcome of await run(bench.desk, thread, assign)) expect(outcome).toMatchObject(resolved);
      for (const op of owning(bench.desk, handOver(bench.team)).filter((one) => one.handoff !== 'begins')) {
        const outcome = await bench.desk.perform(taskFor(thread, op));
        expect(outcome).toMatchObject(resolved);
        expect(outcome).not.toHaveProperty('taken');
      }
      expect((await reading(bench.desk, thread)).state).toMatchObject({ status: 'resolved', team: null });
      await run(bench.desk, thread, { ...assign, evenResolved: true });
      expect((await reading(bench.desk, thread)).state).toMatchObject({ status: 'open', assignee: bench.other });
    });

    test('looking tells which teams are there, and whether a person is; it changes nothing, and may be repeated', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const teams = ['no such team', bench.team];
      const [op] = bench.desk.plan({ do: 'look', wish: 'w', teams, person: bench.agent });
      if (!op) throw new Error('nothing was planned');
      const looked = {
        teams: [
          { team: 'no such team', state: 'missing' },
          { team: bench.team, state: 'ok' },
        ],
        person: { teams: [bench.team] },
      };
      expect(await bench.desk.perform(taskFor(thread, op))).toMatchObject({ result: 'done', looked });
      const sent = taskFor(thread, op, { sentAt: Date.now() });
      expect(await bench.desk.reconcile(sent)).toMatchObject({ result: 'done', looked });
      expect((await reading(bench.desk, thread)).state).toEqual({ status: 'pending', assignee: null, team: null });
    });

    test('a person who is asked for first gets it, and the team with it; each step may be repeated', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const intent: Intent = { do: 'handOver', team: bench.team, person: bench.agent, attributes: {}, note: 'n' };
      for (const op of bench.desk.plan(intent)) {
        expect(await bench.desk.perform(taskFor(thread, op))).not.toHaveProperty('taken');
        expect(await bench.desk.reconcile(taskFor(thread, op, { sentAt: Date.now() }))).toMatchObject({
          result: 'done',
        });
      }
      const state = { status: 'open', assignee: bench.agent, team: { name: bench.team } };
      expect((await reading(bench.desk, thread)).state).toMatchObject(state);
    });

    test('a team is not set on top of a person who has answered', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const [team] = owning(bench.desk, handOver(bench.team)).filter((op) => op.handoff === undefined);
      if (!team) throw new Error('no team was planned');
      await bench.say(thread, bench.other, 'I have it');
      expect(await bench.desk.perform(taskFor(thread, team))).toMatchObject({ result: 'done', taken: bench.other });
      expect((await reading(bench.desk, thread)).state).toMatchObject({ assignee: null, team: null });
    });

    test('a person whose words were not read yet keeps the thread, whatever was written after them', async () => {
      await using bench = await make();
      const handed = owning(bench.desk, handOver(bench.team)).filter((op) => op.handoff !== 'opens');
      const ends = handed.filter((op) => op.handoff === 'ends');
      const steps = [
        ...handed.filter((op) => !ends.includes(op)),
        ...owning(bench.desk, { do: 'takeBack', note: 'n' }),
        ...ends,
      ];
      const thread = await begin(bench);
      await bench.desk.perform(saying(bench.desk, thread, 'Anybody there?'));
      await bench.say(thread, bench.other, 'I am');
      await bench.desk.perform(saying(bench.desk, thread, 'Good'));
      const taken = async () => {
        const found: string[] = [];
        for (const op of steps) {
          const outcome = await bench.desk.perform(taskFor(thread, op));
          if (outcome.result === 'done' && outcome.taken?.key === bench.other.key) found.push(op.step);
        }
        return found;
      };
      expect(await taken()).toEqual(steps.map(({ step }) => step));
      // From here on the core knows, and what it wants is meant.
      await reading(bench.desk, thread);
      expect(await taken()).toEqual([]);
    });

    test('taken back it is pending and nobody’s; closed it is resolved', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      await run(bench.desk, thread, handOver(bench.team));
      await run(bench.desk, thread, { do: 'takeBack', note: 'n' });
      expect((await reading(bench.desk, thread)).state).toEqual({ status: 'pending', assignee: null, team: null });
      await run(bench.desk, thread, { do: 'close', note: 'n' });
      expect((await reading(bench.desk, thread)).state).toMatchObject({ status: 'resolved' });
      await bench.setStatus(thread, bench.other, 'open');
      expect((await reading(bench.desk, thread)).state).toMatchObject({ status: 'open' });
    });

    test('a rating is counted once a thread, for the person who helped, and the visitor sees nothing of how', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      await run(bench.desk, thread, handOver(bench.team));
      await bench.say(thread, bench.agent, 'It is on its way.');
      await bench.setStatus(thread, bench.agent, 'resolved');
      const rating = (stars: 2 | 4) => bench.desk.plan({ do: 'rate', stars, note: 'n' });
      expect(await bench.rating(thread)).toBeNull();
      for (const op of rating(4)) {
        expect(await bench.desk.perform(taskFor(thread, op))).toMatchObject({ result: 'done' });
        const sent = taskFor(thread, op, { sentAt: Date.now() });
        expect(await bench.desk.reconcile(sent)).toMatchObject({ result: 'done' });
        expect(await bench.desk.perform(sent)).toMatchObject({ result: 'done' });
      }
      const counted = { feedback: 'Quick.', agent: bench.agent.name };
      expect(await bench.rating(thread)).toEqual({ stars: 4, ...counted });
      for (const op of rating(2)) await bench.desk.perform(taskFor(thread, op));
      expect(await bench.rating(thread)).toEqual({ stars: 2, ...counted });
      const { events, state } = await reading(bench.desk, thread);
      expect(state.status).toBe('resolved');
      expect(events.filter((event) => event.kind !== 'ours')).toMatchObject([{ kind: 'said' }]);
      expect(events.filter((event) => 'word' in event)).toEqual([]);
    });

    test('a rating whose answer was lost is found out', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const op = bench.desk.plan({ do: 'rate', stars: 5, note: 'n' }).at(-1);
      if (!op) throw new Error('nothing was planned');
      await bench.lose('answer', 'rating');
      expect(await bench.desk.perform(taskFor(thread, op))).toMatchObject({ result: 'unknown' });
      expect(await bench.rating(thread)).toMatchObject({ stars: 5 });
      expect(await bench.desk.reconcile(taskFor(thread, op, { sentAt: Date.now() }))).toMatchObject({ result: 'done' });
    });

    test('a thread that was deleted, or is at another desk, is gone', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const elsewhere = { ...thread, home: 'elsewhere' };
      expect(await bench.desk.read(elsewhere, new Set())).toEqual({ result: 'gone' });
      expect(await bench.desk.perform(saying(bench.desk, elsewhere, 'x'))).toMatchObject({
        result: 'refused',
        gone: true,
      });
      await bench.destroy(thread);
      expect(await bench.desk.read(thread, new Set())).toEqual({ result: 'gone' });
      expect(await bench.desk.perform(saying(bench.desk, thread, 'x'))).toMatchObject({
        result: 'refused',
        gone: true,
      });
    });

    test('a desk that is away takes nothing, says so, and loses nothing', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const task = saying(bench.desk, thread, 'hello');
      await bench.away(true);
      expect((await bench.desk.perform(task)).result).toMatch(/unsent|unknown/);
      expect((await bench.desk.reconcile({ ...task, sentAt: Date.now() })).result).toBe('unknown');
      expect(await bench.desk.read(thread, new Set())).toMatchObject({ result: 'away' });
      expect([bench.desk.healthy(), bench.desk.reachable()]).toEqual([false, false]);
      await bench.away(false);
      expect(await bench.desk.perform({ ...task, sentAt: Date.now() - bench.reconcileMs })).toMatchObject({
        result: 'done',
      });
      expect([bench.desk.healthy(), bench.desk.reachable()]).toEqual([true, true]);
      expect(await bench.texts(thread)).toHaveLength(1);
    });

    test('it says when there is something to look at, and who is writing, until it need not', async () => {
      await using bench = await make();
      const thread = await begin(bench);
      const hints: Hint[] = [];
      const watch = {
        handIn: ({ thread: which, said }: HandedIn) => watch.heard({ thread: which, ids: [said.id] }),
        heard: (hint: Hint) => void hints.push(hint),
        peopleInvolved: () => true,
        since: Date.now(),
        caughtUp() {},
      };
      const watching = bench.desk.watch(watch);
      const about = ({ thread: { ...which } }: Hint) =>
        'source' in which ? which.source === thread.source : which.number === thread.ref?.['number'];
      // Watching begins when it does: the first words may be found only by looking, the next are heard.
      const first = await bench.say(thread, bench.agent, 'Hello');
      await expect.poll(() => hints.some((hint) => about(hint) && hint.ids.includes(first))).toBe(true);
      const typing = () => hints.filter((hint) => about(hint) && hint.typing).map((hint) => hint.typing);
      await expect
        .poll(async () => {
          await bench.typing(thread, bench.agent, true);
          return typing().at(-1);
        })
        .toEqual({ agent: bench.agent, on: true });
      await watching[Symbol.asyncDispose]();
      const heard = hints.length;
      await bench.say(thread, bench.agent, 'Are you there?');
      expect(hints).toHaveLength(heard);
    });
  });
}

/** The changes of an intent that may change who has the thread. What the steps are called is the desk's own affair. */
function owning(desk: Desk, intent: Intent): (DeskOp & DeskChange)[] {
  return desk.plan(intent).flatMap((op) => (op.kind === 'change' && op.ownership ? [op] : []));
}
