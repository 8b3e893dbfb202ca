import { describe, expect, test } from 'vitest';
import { protocolVersion } from '../../shared/limits.ts';
import type { Body, LogEvent, News, RequestName, Value } from '../../shared/protocol.ts';
import type { Link } from '../link.ts';

/** A relay with nobody's conversations in it. */
interface TestedRelay extends AsyncDisposable {
  /** A link that nobody has dialled. */
  openLink(): Link;
}

/** A link whose socket is open, and what was told over it. */
async function connect(relay: TestedRelay) {
  const link = relay.openLink();
  const told: News['event'][] = [];
  link.on('event', (news) => told.push(news));
  await new Promise<void>((resolve, reject) => {
    link.onChange((change) => (change === 'opened' ? resolve() : reject(new Error(change))));
    link.dial();
  });
  /** @returns the refusal, where there is one */
  async function ask<N extends RequestName>(name: N, body: Body<N>) {
    const reply = await link.ask(name, body);
    if (!reply) throw new Error(`no answer to ${name}`);
    return reply.ok ? 'ok' : reply.refusal;
  }
  async function value<N extends RequestName>(name: N, body: Body<N>): Promise<Value<N>> {
    const reply = await link.ask(name, body);
    if (!reply?.ok) throw new Error(`${name}: ${reply?.refusal ?? 'no answer'}`);
    return reply.value;
  }
  return {
    link,
    told,
    ask,
    value,
    hello: (more: Partial<Body<'hello'>> = {}) => value('hello', { ...greeting, ...more }),
    log: async () => (await value('log:read', { after: 0 })).events,
  };
}
const greeting = { version: protocolVersion, language: 'en' };
const said = (events: readonly LogEvent[], kind: string) =>
  events.flatMap((event) =>
    event.kind === 'message' && event.message.author.kind === kind ? [event.message.text] : [],
  );
const handoffs = (events: readonly LogEvent[]) => events.filter((event) => event.kind === 'handoff');

/** What the widget may rely on at the other end of its socket. The tests' fake keeps it, and so does the real one. */
export function describeRelay(name: string, make: () => Promise<TestedRelay>): void {
  describe(name, () => {
    test('nothing is answered before hello', async () => {
      await using relay = await make();
      const { ask } = await connect(relay);
      expect(await ask('log:read', { after: 0 })).toBe('forbidden');
      expect(await ask('message:send', { id: 'a', text: 'Hello' })).toBe('forbidden');
      expect(await ask('handoff:ask', { id: 'b' })).toBe('forbidden');
      expect(await ask('hello', greeting)).toBe('ok');
    });

    test('a visitor whom nobody knows is given a token, and has said nothing', async () => {
      await using relay = await make();
      const one = await (await connect(relay)).hello();
      const other = await (await connect(relay)).hello();
      expect(one).toMatchObject({ conversation: null, site: { name: 'Little Fen Lamps' } });
      expect(one.token).not.toBe(other.token);
    });

    test('a token that was never stored is good on the next connection', async () => {
      await using relay = await make();
      const { token } = await (await connect(relay)).hello();
      expect(await (await connect(relay)).hello({ token })).toMatchObject({ token, conversation: null });
    });

    test('hello is said once on a connection; a second one is refused and changes nothing', async () => {
      await using relay = await make();
      const { ask, hello } = await connect(relay);
      await hello();
      expect(await ask('hello', greeting)).toBe('forbidden');
      expect(await ask('message:send', { id: 'a', text: 'Hello' })).toBe('ok');
    });

    test.each<[string, Partial<Body<'hello'>>]>([
      ['expired', { token: 'nobody-gave-this' }],
      ['invalid', { version: protocolVersion + 1 }],
    ])('a hello that was refused (%s) may be said again', async (refusal, wrong) => {
      await using relay = await make();
      const { ask } = await connect(relay);
      expect(await ask('hello', { ...greeting, ...wrong })).toBe(refusal);
      expect(await ask('hello', greeting)).toBe('ok');
    });

    test('where nothing was said there is nothing to read and nobody to turn to', async () => {
      await using relay = await make();
      const { ask, hello } = await connect(relay);
      await hello();
      expect(await ask('log:read', { after: 0 })).toBe('forbidden');
      expect(await ask('handoff:cancel', {})).toBe('forbidden');
      expect(await ask('message:retry', { id: 'a' })).toBe('forbidden');
    });

    test('the first message begins the log, after the greeting, and is told to who sent it', async () => {
      await using relay = await make();
      const { hello, value, log, told } = await connect(relay);
      const { site } = await hello();
      const accepted = await value('message:send', { id: 'a', text: 'Hello' });
      const [first, second] = await log();
      expect(accepted).toMatchObject({ seq: 2 });
      expect(first).toMatchObject({ seq: 1, message: { author: { kind: 'bot' }, text: site.greeting } });
      expect(second).toMatchObject({ seq: 2, message: { id: 'a', author: { kind: 'visitor' }, text: 'Hello' } });
      expect(told.slice(0, 2)).toEqual([first, second].map((event) => ({ log: accepted.log, event })));
    });

    test('an id makes repeating harmless, and belongs to one text', async () => {
      await using relay = await make();
      const { hello, value, ask, log } = await connect(relay);
      await hello();
      const accepted = await value('message:send', { id: 'a', text: 'Hello' });
      expect(await value('message:send', { id: 'a', text: 'Hello' })).toEqual(accepted);
      expect(await ask('message:send', { id: 'a', text: 'Something else' })).toBe('conflict');
      expect(await ask('message:send', { id: 'b', text: ' ' })).toBe('invalid');
      expect(said(await log(), 'visitor')).toEqual(['Hello']);
    });

    test('hello brings what came after the last event that is known, and all of another log', async () => {
      await using relay = await make();
      const first = await connect(relay);
      const { token } = await first.hello();
      const { log } = await first.value('message:send', { id: 'a', text: 'Hello' });
      const seqs = async (more: Partial<Body<'hello'>>) => {
        const { conversation } = await (await connect(relay)).hello({ token, ...more });
        expect(conversation?.log).toBe(log);
        return conversation?.events.map(({ seq }) => seq).slice(0, 2);
      };
      expect(await seqs({})).toEqual([1, 2]);
      expect((await seqs({ log, after: 1 }))?.[0]).toBe(2);
      expect(await seqs({ log: 'another', after: 1 })).toEqual([1, 2]);
    });

    test('what is said is told on every connection of its visitor, and on nobody else’s', async () => {
      await using relay = await make();
      const [one, other, stranger] = [await connect(relay), await connect(relay), await connect(relay)];
      const { token } = await one.hello();
      await one.value('message:send', { id: 'a', text: 'Hello' });
      await other.hello({ token });
      await stranger.hello();
      const heard = new Promise<void>((resolve) =>
        other.link.on('event', ({ event }) => {
          if (event.kind === 'message' && event.message.id === 'b') resolve();
        }),
      );
      await one.value('message:send', { id: 'b', text: 'Again' });
      await heard;
      expect(stranger.told).toEqual([]);
    });

    test('who is asked for twice is asked for once, and let go of once', async () => {
      await using relay = await make();
      const { hello, value, log } = await connect(relay);
      await hello();
      expect((await value('handoff:ask', { id: 'a' })).phase).not.toBe('bot');
      await value('handoff:ask', { id: 'a' });
      expect((await value('handoff:cancel', {})).phase).toBe('bot');
      const before = handoffs(await log());
      expect(before).toHaveLength(2);
      expect((await value('handoff:cancel', {})).phase).toBe('bot');
      expect(handoffs(await log())).toEqual(before);
    });

    test('there is nothing to retry or to delete where the desk refused nothing', async () => {
      await using relay = await make();
      const { hello, value, log } = await connect(relay);
      await hello();
      const accepted = await value('message:send', { id: 'a', text: 'Hello' });
      expect(await value('message:retry', { id: 'a' })).toMatchObject({ log: accepted.log });
      expect(await value('message:delete', { id: 'a' })).toMatchObject({ log: accepted.log });
      const events = await log();
      expect(said(events, 'visitor')).toEqual(['Hello']);
      expect(events.filter(({ kind }) => kind === 'retried' || kind === 'deletion')).toEqual([]);
    });

    test('a connection that was hung up is another one when it is dialled again', async () => {
      await using relay = await make();
      const { link, ask, hello } = await connect(relay);
      await hello();
      link.hangUp();
      expect(await link.ask('hello', greeting)).toBeUndefined();
      await new Promise<void>((resolve) => {
        link.onChange(() => resolve());
        link.dial();
      });
      expect(await ask('hello', greeting)).toBe('ok');
    });
  });
}
