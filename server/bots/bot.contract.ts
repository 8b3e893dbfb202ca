import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BotFailure, type Answer, type Bot, type Turn } from './bot.ts';

/** A turn as the core asks it; the test says what matters. */
export function turn(of: Partial<Turn> = {}): Turn {
  return {
    id: 'turn-1',
    epoch: 3,
    deadlineMs: 5_000,
    conversation: 'c-1',
    site: 'demo',
    event: null,
    missed: [],
    mistakes: [],
    session: { id: 's-1', seq: 1, previous: null },
    handoverSuccess: null,
    visitor: null,
    history: [],
    language: 'en',
    page: null,
    text: 'hello',
    choice: null,
    at: Date.UTC(2026, 10, 20),
    context: {},
    skills: [],
    ...of,
  };
}

/** A bot that is ready for the contract, and what has to be said to it. */
interface BotUnderTest extends AsyncDisposable {
  bot: Bot;
  /** Begins the skill `org.demo.test.Booking`, which then lacks something. */
  begins: string;
  /** The answer that finishes it. */
  finishes: string;
  /** Wants a person. */
  wantsPerson: string;
}

const patient = () => new AbortController().signal;

/** What every bot keeps to, whatever it is made of. */
export function describeBot(name: string, make: () => Promise<BotUnderTest>): void {
  describe(`${name} is a bot`, () => {
    let under: BotUnderTest;
    beforeAll(async () => void (under = await make()));
    afterAll(() => under[Symbol.asyncDispose]());
    const ask = (of: Partial<Turn>): Promise<Answer> => under.bot.reply(turn(of), patient());

    test('it has a name, and answers a turn', async () => {
      expect(under.bot.name).not.toBe('');
      const answer = await ask({ text: under.begins });
      expect(answer.messages[0]?.text).not.toBe('');
    });

    test('the same turn, asked twice, is answered the same', async () => {
      const again = { id: 'turn-again', text: under.begins };
      expect(await ask(again)).toEqual(await ask(again));
    });

    test('what was begun is unfinished, and is no more once it is finished', async () => {
      const begun = await ask({ id: 'turn-1', text: under.begins });
      expect(begun.skills.map((skill) => skill.name)).toEqual(['org.demo.test.Booking']);
      const { context, skills } = begun;
      const finished = await ask({ id: 'turn-2', text: under.finishes, context, skills });
      expect(finished.skills).toEqual([]);
    });

    test('the wish for a person leaves unfinished what is unfinished', async () => {
      const { context, skills } = await ask({ id: 'turn-1', text: under.begins });
      const answer = await ask({ id: 'turn-2', text: under.wantsPerson, context, skills });
      expect(answer.handoff?.reason).toEqual(expect.any(String));
      expect(answer.skills.map((skill) => skill.name)).toEqual(['org.demo.test.Booking']);
    });

    test('what nobody sees, no bot hears', async () => {
      const tags = [...'no'].map((char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join('');
      const text = [...under.begins].join(`\u200b${tags}\u202e`);
      expect((await ask({ text })).skills.map((skill) => skill.name)).toEqual(['org.demo.test.Booking']);
    });

    test('what it is given stays as it was', async () => {
      const given = turn({ text: under.begins, context: { kept: 1 }, skills: [{ name: 'a.b.c', slots: {} }] });
      const before = structuredClone(given);
      await under.bot.reply(given, patient());
      expect(given).toEqual(before);
    });

    test('a right to answer that was taken away ends the asking, as a failure', async () => {
      const answer = under.bot.reply(turn({ text: under.begins }), AbortSignal.abort());
      await expect(answer).rejects.toBeInstanceOf(BotFailure);
    });

    test.each<[string, Partial<Turn>]>([
      ['nothing', { text: '' }],
      ['only punctuation', { text: '?!…' }],
      ['a very long text', { text: 'lamp '.repeat(800) }],
      ['half a character', { text: '\ud800 and \u0000' }],
      ['the name of something every object has', { text: 'constructor', context: JSON.parse('{"__proto__":{"a":1}}') }],
      ['skills nobody knows', { text: 'well', skills: [{ name: 'constructor', slots: { a: 'b' } }] }],
      ['a language nobody knows', { text: 'hello', language: 'tlh' }],
      ['a value that nothing has', { text: 'Yes', choice: { title: 'Yes', value: 'toString' } }],
    ])('%s is answered with words, and begins nothing', async (_, of) => {
      const { messages, skills, handoff } = await ask(of);
      expect(messages).toHaveLength(1);
      expect(messages[0]?.text.trim()).not.toBe('');
      expect(of.skills ?? []).toEqual(expect.arrayContaining(skills));
      expect(handoff).toBeUndefined();
    });
  });
}
