import { describe, expect, test, vi } from 'vitest';
import { shardOf } from './conversation/shards.ts';
import type { DeskTask } from './desks/desk.ts';
import { atDesk, count, isMirrored, jon, mara } from './testing/people.ts';
import { startNodes, startTwo, type TestNode } from './testing/start-nodes.ts';
import { eventually, type Visitor } from './testing/visit.ts';

/* Two relays on one database, as visitors and people at the desk live them. */

/** Which conversation it is, as the database knows it. */
async function idOf(at: TestNode): Promise<string> {
  const [newest] = await at.store.recent(0, 1);
  if (!newest) throw new Error('there is no conversation');
  return newest.id;
}

/** Whether this node carries out the work of a conversation. */
const drives = ({ node }: TestNode, id: string) => node.leases.held(shardOf(id)) !== undefined;

/** In order, without a gap, and each once. */
function isWhole(visitor: Visitor): boolean {
  const seqs = [...visitor.events.keys()].sort((a, b) => a - b);
  return seqs.every((seq, i) => seq === i + 1);
}

/** A visitor who is in the queue. */
async function queued(at: TestNode): Promise<Visitor> {
  const visitor = await at.visit();
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  await visitor.ask('handoff:ask', { id: 'ask-0' });
  await visitor.ask('handoff:choose', { topic: 'orders-and-returns' });
  await visitor.hears('[queued]');
  return visitor;
}

describe('two relays on one database', () => {
  test('two tabs at different relays see the same, whoever says it, and the desk has it once and in order', async () => {
    await using nodes = await startTwo();
    const { a, b, desk } = nodes;
    const one = await a.visit();
    await one.say('word 0');
    await one.hears('You said: word 0');
    const two = await b.visit({ token: one.token });
    expect(two.transcript()).toEqual(one.transcript());
    const words = Array.from({ length: 20 }, (_, i) => `word ${i + 1}`);
    for (const [i, word] of words.entries()) await (i % 2 === 0 ? one : two).say(word);
    await eventually(() => nodes.bot.asked.some(({ text }) => text.includes('word 20')), 'the bot is asked');
    await nodes.quiet(a);
    await eventually(() => one.events.size === two.events.size, 'both have all');
    expect(one.transcript()).toEqual(two.transcript());
    expect([isWhole(one), isWhole(two)]).toEqual([true, true]);
    const said = (lines: string[]) => lines.filter((line) => line.startsWith('visitor: '));
    expect(said(atDesk(desk.people.thread()))).toEqual(['word 0', ...words].map((word) => `visitor: ${word}`));
    // Each word was put to the bot once, alone or with others.
    const asked = nodes.bot.asked.flatMap(({ text }) => text.split('\n'));
    expect(asked).toEqual(['word 0', ...words]);
  });

  test('words of both tabs at the same moment are all kept, and nobody is refused', async () => {
    await using nodes = await startTwo();
    const { a, b, desk } = nodes;
    const one = await a.visit();
    await one.say('first');
    const two = await b.visit({ token: one.token });
    const words = Array.from({ length: 30 }, (_, i) => `word ${i}`);
    await Promise.all(words.map((word, i) => (i % 2 === 0 ? one : two).say(word)));
    await nodes.quiet(a);
    await eventually(() => one.events.size === two.events.size, 'both have all');
    expect(one.transcript()).toEqual(two.transcript());
    for (const word of words) expect(count(one.transcript(), `visitor: ${word}`)).toBe(1);
    const said = (lines: string[]) => lines.filter((line) => line.startsWith('visitor: '));
    expect(said(atDesk(desk.people.thread()))).toEqual(said(one.transcript()));
  });

  test('a handoff, people’s words and their typing reach visitors at either relay', async () => {
    await using nodes = await startTwo();
    const { a, b, desk } = nodes;
    for (const at of [a, b]) {
      const visitor = await queued(at);
      const other = await (at === a ? b : a).visit({ token: visitor.token });
      await nodes.quiet(a);
      desk.people.say(mara, 'Hello, Mara here.');
      for (const each of [visitor, other]) await each.hears('Mara Ostby: Hello, Mara here.');
      desk.people.typing(mara, true);
      for (const each of [visitor, other]) {
        await each.until(({ typing }) => typing.some(({ author }) => author.kind === 'agent'), 'somebody types');
      }
      // Another word each time: one that came after the end would open the thread again.
      const thanks = at === a ? 'Thank you' : 'Thanks a lot';
      await other.say(thanks);
      await visitor.hears(thanks);
      await eventually(() => isMirrored(desk, thanks), 'the desk has it');
      desk.people.setStatus('resolved');
      for (const each of [visitor, other]) await each.hears('[resolved]');
      await nodes.quiet(a);
      await eventually(() => visitor.events.size === other.events.size, 'both have all');
      expect(visitor.transcript()).toEqual(other.transcript());
      expect(isWhole(visitor)).toBe(true);
    }
    // The bot may have gone on in one more.
    expect(desk.people.threads.filter(({ status }) => status === 'resolved')).toHaveLength(2);
  });

  test('what the bot does is shown at the other relay, too', async () => {
    await using nodes = await startTwo();
    const one = await nodes.a.visit();
    await one.say('Hi');
    await one.hears('You said: Hi');
    const two = await nodes.b.visit({ token: one.token });
    await one.say('Again');
    await two.hears('You said: Again');
    await two.until(({ typing }) => typing.length === 2, 'it thought, and has ended');
  });

  test('words that wait behind one on its way to the desk are not looked at one by one, and follow it', async () => {
    await using nodes = await startTwo();
    const { a, b, desk } = nodes;
    const one = await queued(a);
    await nodes.quiet(a);
    const [drive, other] = drives(a, await idOf(a)) ? [a, b] : [b, a];
    const near = await drive.visit({ token: one.token });
    const far = await other.visit({ token: one.token });
    desk.people.next('hang', 'say');
    await far.say('word 0');
    const id = await idOf(a);
    const isOnItsWay = async () => ((await drive.store.conversation(id))?.marks.telling ?? null) !== null;
    await eventually(isOnItsWay, 'the first is on its way');
    const looks = vi.spyOn(drive.store, 'work');
    const lease = () => drive.node.leases.held(shardOf(id))?.number;
    const before = lease();
    const words = Array.from({ length: 10 }, (_, i) => `word ${i + 1}`);
    for (const word of words) await far.say(word);
    await near.hears('word 10');
    // Where the lease went on meanwhile, as it may on a busy machine, it is looked at, and rightly.
    if (before !== undefined && lease() === before) expect(looks).not.toHaveBeenCalled();
    desk.people.release();
    await nodes.quiet(a);
    const said = atDesk(desk.people.thread()).filter((line) => line.startsWith('visitor: word'));
    expect(said).toEqual(['word 0', ...words].map((word) => `visitor: ${word}`));
  });

  test('a relay that ends gives its work to the other at once, and nothing is lost', async () => {
    await using nodes = await startTwo();
    const { a, b, desk } = nodes;
    const visitor = await queued(b);
    await nodes.quiet(b);
    desk.people.away(true);
    await visitor.say('before');
    const [gone, stays] = drives(a, await idOf(b)) ? [a, b] : [b, a];
    const { token } = visitor;
    await gone.stop();
    const again = await stays.visit({ token });
    await again.say('after');
    desk.people.away(false);
    await eventually(() => isMirrored(desk, 'after'), 'the desk has both');
    desk.people.say(jon, 'Jon here.');
    await again.hears('Jon here.');
    const said = atDesk(desk.people.thread()).filter((line) => /before|after/.test(line));
    expect(said).toEqual(['visitor: before', 'visitor: after']);
  });

  test('a relay that is cut off in the middle of a handoff is followed by the other, and nothing happens twice', async () => {
    await using nodes = await startTwo();
    const { a, b, desk } = nodes;
    const visitor = await a.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await nodes.quiet(a);
    const id = await idOf(a);
    const [dies, lives] = drives(a, id) ? [a, b] : [b, a];
    const watching = dies === a ? await b.visit({ token: visitor.token }) : visitor;
    desk.people.next('hang', 'open');
    const tasks: DeskTask[] = [];
    const { perform } = desk;
    desk.perform = (task) => {
      tasks.push(task);
      return perform(task);
    };
    await watching.ask('handoff:ask', { id: 'ask-0' });
    await watching.ask('handoff:choose', { topic: 'orders-and-returns' });
    const isOpening = async () =>
      (await lives.store.work(id)).some(
        ({ status, task }) => status === 'sending' && task.lane === 'desk' && task.op.step === 'open',
      );
    await eventually(isOpening, 'the handoff is in its middle');
    const opening = tasks.at(-1);
    expect(opening?.mayLeave()).toBe(true);
    dies.line.hang();
    await watching.hears('[queued]');
    expect(opening?.mayLeave()).toBe(false);
    await nodes.quiet(lives);
    // What hung goes through after all: the one that was cut off hears of it, and may say nothing any more.
    desk.people.release();
    dies.line.cut();
    dies.line.mend();
    await eventually(() => dies.node.isWell(), 'it is back');
    desk.people.say(mara, 'Mara here.');
    await watching.hears('Mara here.');
    await nodes.quiet(lives);
    const lines = atDesk(desk.people.thread());
    expect(count(lines, 'visitor: Hi')).toBe(1);
    expect(new Set(desk.people.thread().messages.map(({ key }) => key ?? Math.random())).size).toBe(
      desk.people.thread().messages.length,
    );
    expect(isWhole(watching)).toBe(true);
  });

  test('where no news arrive at all, everything is found by looking', async () => {
    await using nodes = await startTwo({
      lookMs: 200,
      around: (node) => ({
        ...node,
        news: { tell() {}, hear: ({ look }) => node.news.hear({ heard() {}, missed() {}, look }) },
      }),
    });
    const { a, b, desk } = nodes;
    const one = await queued(a);
    const two = await b.visit({ token: one.token });
    await nodes.quiet(a);
    desk.people.say(mara, 'Hello, Mara here.');
    for (const each of [one, two]) await each.hears('Mara Ostby: Hello, Mara here.');
    await two.say('Thank you');
    await one.hears('Thank you');
    await eventually(() => isMirrored(desk, 'Thank you'), 'the desk has it');
    expect(one.transcript()).toEqual(two.transcript());
  });

  test('a relay that did not hear for a while catches up by itself', async () => {
    await using nodes = await startTwo();
    const { a, b } = nodes;
    const one = await a.visit();
    await one.say('Hi');
    await one.hears('You said: Hi');
    await nodes.quiet(a);
    const id = await idOf(a);
    const [drive, other] = drives(a, id) ? [a, b] : [b, a];
    const far = await other.visit({ token: one.token });
    const near = await drive.visit({ token: one.token });
    other.line.cut();
    await near.say('while away');
    await near.hears('You said: while away');
    other.line.mend();
    await far.hears('You said: while away');
    expect(isWhole(far)).toBe(true);
    expect(far.transcript()).toEqual(near.transcript());
  });

  test('new conversations and handoffs are counted for both relays together', async () => {
    await using nodes = await startTwo({
      settings: ({ limits }) => {
        limits.conversations.perHour = 3;
        limits.handoffs = { burst: 2, perMinute: 2 };
      },
    });
    const { a, b } = nodes;
    const visitors = [];
    const begun = [];
    for (const at of [a, b, a, b, a]) {
      const visitor = await at.visit();
      visitors.push(visitor);
      begun.push(await visitor.ask('message:send', { id: `first-${begun.length}`, text: 'Hi' }));
    }
    const tooFast = expect.objectContaining({ ok: false, refusal: 'tooFast' });
    const fine = expect.objectContaining({ ok: true });
    expect(begun).toEqual([fine, fine, fine, tooFast, tooFast]);
    const one = visitors[0]!; // five have come
    const two = await b.visit({ token: one.token });
    const asked = [];
    for (const at of [one, two, one]) asked.push(await at.ask('handoff:ask', { id: `ask-${asked.length}` }));
    expect(asked).toEqual([fine, fine, tooFast]);
  });

  test('relays that start at the same moment on an empty database have the same keys', async () => {
    await using nodes = await startNodes();
    const [a, b] = await Promise.all([nodes.start(), nodes.start()]);
    const one = await a.visit();
    await one.say('Hi');
    const two = await b.visit({ token: one.token });
    expect(two.transcript()).toContain('visitor: Hi');
  });

  test('each relay tells its own state', async () => {
    await using nodes = await startTwo();
    const { a, b } = nodes;
    const ready = async ({ url }: TestNode) => (await fetch(`${url}/readyz`)).status;
    expect([await ready(a), await ready(b)]).toEqual([200, 200]);
    a.line.cut();
    await eventually(async () => (await ready(a)) === 503, 'the one without the database is not ready');
    expect(await ready(b)).toBe(200);
    a.line.mend();
    await eventually(async () => (await ready(a)) === 200, 'it is back');
    await a.stop();
    expect(await ready(b)).toBe(200);
  });

  test('a token of one relay is good at the other, and so is what it gave away for good', async () => {
    await using nodes = await startTwo();
    const one = await nodes.a.visit();
    await one.say('Hi');
    const two = await nodes.b.visit({ token: one.token });
    expect(two.transcript()).toContain('visitor: Hi');
    const id = await one.say('Once');
    await two.say('Once', id);
    expect(count(two.transcript(), 'visitor: Once')).toBeLessThanOrEqual(1);
    await nodes.quiet(nodes.a);
    await two.hears('You said: Once');
    expect(count(two.transcript(), 'visitor: Once')).toBe(1);
  });
});
