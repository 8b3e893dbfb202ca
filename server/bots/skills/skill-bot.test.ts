import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeBot, turn } from '../bot.contract.ts';
import type { Answer, Bot, OpenSkill, Turn } from '../bot.ts';
import { fold } from '../../words.ts';
import { wantsPerson, wantsToStop } from './phrases.ts';
import { openSkillBot } from './skill-bot.ts';
import { fillIn } from './slot.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-skills-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(yaml: string): string {
  const file = join(folder, `${Math.random()}.yaml`);
  writeFileSync(file, yaml);
  return file;
}

const booking = `
skills:
  - name: org.demo.test.Booking
    phrases: [book a visit]
    slots: [{ name: people, kind: number, ask: How many are you? }]
    answer: Booked for {people}.
`;

describeBot('the skill bot', () =>
  Promise.resolve({
    bot: openSkillBot({ name: 'test', file: write(booking) }),
    begins: 'book a visit',
    finishes: '4',
    wantsPerson: 'talk to a person',
    async [Symbol.asyncDispose]() {},
  }),
);

const demo = openSkillBot({ name: 'helper', file: resolve(import.meta.dirname, '../../../demo/skills.yaml') });

/** Says one thing after the other, as the core would, and hands out the last answer. */
async function talk(bot: Bot, language: string, ...says: (string | Partial<Turn>)[]): Promise<Answer> {
  let answer: Answer = { messages: [], context: {}, skills: [] };
  for (const [at, said] of says.entries()) {
    const { context, skills } = answer;
    const of = typeof said === 'string' ? { text: said } : said;
    answer = await bot.reply(
      turn({ id: `turn-${at}`, language, context, skills, ...of }),
      new AbortController().signal,
    );
  }
  return answer;
}
const names = (skills: OpenSkill[]) => skills.map(({ name }) => name.split('.').at(-1));
const texts = (answer: Answer) => answer.messages.map(({ text }) => text).join('\n');

describe('after people', () => {
  const event = { type: 'session.resume' as const, at: 0 };
  const resumed = (instruction: string, of: Partial<Turn> = {}) => {
    const previous = { endReason: 'returned_by_agent', ...(instruction ? { instruction } : {}) };
    return talk(demo, 'en', { event, text: '', session: { id: 's-2', seq: 1, previous }, ...of });
  };

  test('the bot begins what a person at the desk names, by its name or in other words', async () => {
    for (const words of ['Test skill', 'me.test.supportDemo.TestSkill']) {
      const answer = await resumed(words);
      expect(names(answer.skills)).toEqual(['TestSkill']);
      expect(answer.messages).toHaveLength(1);
    }
  });

  test('it asks on where a skill is unfinished, and else says nothing', async () => {
    const skills = [{ name: 'me.test.supportDemo.TestSkill', slots: {} }];
    expect(await resumed('', { skills })).toMatchObject({ skills, messages: [{ text: expect.any(String) }] });
    expect(await resumed('be kind to them')).toEqual({ messages: [], context: {}, skills: [] });
  });
});

describe('a skill', () => {
  test('is begun by a phrase, filled one by one, and answered with what was told', async () => {
    const begun = await talk(demo, 'en', 'Test skill');
    expect(begun.skills).toEqual([{ name: 'me.test.supportDemo.TestSkill', slots: {} }]);
    const named = await talk(demo, 'en', 'Test skill', 'Asha');
    expect(named.skills).toEqual([{ name: 'me.test.supportDemo.TestSkill', slots: { name: 'Asha' } }]);
    const done = await talk(demo, 'en', 'Test skill', 'Asha', '٤٢');
    expect(done).toMatchObject({
      skills: [],
      messages: [{ text: 'The test skill is finished, Asha. The number was **42**.' }],
    });
  });

  test('asks again what does not fit, and offers a person the third time', async () => {
    const twice = await talk(demo, 'en', 'test skill', 'Asha', 'many', 'lots');
    expect(twice.messages).toEqual([{ text: 'A number has digits only, such as 42.' }]);
    const thrice = await talk(demo, 'en', 'test skill', 'Asha', 'many', 'lots', 'plenty');
    expect(thrice.messages[0]?.choices?.map(({ title }) => title)).toEqual(['Talk to a person']);
    expect(names(thrice.skills)).toEqual(['TestSkill']);
  });

  test('takes from the first words what they tell already', async () => {
    const answer = await talk(demo, 'en', 'where is my order LF-2291?');
    expect(answer.skills).toEqual([]);
    expect(texts(answer)).toContain('Order **LF-2291**');
  });

  test('takes the answer from a sentence, and from several messages at once', async () => {
    expect(texts(await talk(demo, 'en', 'track my order', 'well\nit is lf-2291 I think'))).toContain('**lf-2291**');
    expect((await talk(demo, 'en', 'test skill', 'Asha', 'wait\n42')).skills).toEqual([]);
  });

  test('another one may be begun in the middle; the newest is filled first, then the one before', async () => {
    const both = await talk(demo, 'en', 'test skill', 'Return a lamp');
    expect(names(both.skills)).toEqual(['TestSkill', 'ReturnOrder']);
    const back = await talk(demo, 'en', 'test skill', 'Return a lamp', 'LF-1000', 'Wrong colour');
    expect(names(back.skills)).toEqual(['TestSkill']);
    expect(back.messages.at(-1)?.text).toMatch(/^Still open: The test skill/);
    const turned = await talk(demo, 'en', 'test skill', 'Return a lamp', 'test skill');
    expect(names(turned.skills)).toEqual(['ReturnOrder', 'TestSkill']);
  });

  test('a question without questions of its own is answered in between', async () => {
    const answer = await talk(demo, 'en', 'test skill', 'opening hours');
    expect(texts(answer)).toContain('9:00 to 18:00');
    expect(names(answer.skills)).toEqual(['TestSkill']);
  });

  test.each([
    ['en', 'never mind', 'Left off.'],
    ['de', 'Abbrechen, bitte', 'Abgebrochen.'],
    ['ar', 'إلغاء', 'أُلغي.'],
  ])('in %s, "%s" ends the newest one', async (language, words, said) => {
    const answer = await talk(demo, language, 'test skill', 'Return a lamp', words);
    expect(names(answer.skills)).toEqual(['TestSkill']);
    expect(answer.messages[0]?.text).toContain(said);
  });

  test('may end with a person, by its own name and with what was told for it', async () => {
    const answer = await talk(demo, 'en', 'lamps for a hotel', '20');
    expect(answer.handoff).toEqual({
      reason: 'needs_person',
      skill: 'org.demo.shop.TradeOrder',
      summary: 'lamps: 20',
    });
    expect(texts(answer)).toContain('20 lamps');
  });

  test('is found by what was pressed, before any words', async () => {
    const pressed = { text: 'This one', choice: { title: 'This one', value: 'org.demo.shop.Hours' } };
    expect(texts(await talk(demo, 'en', pressed))).toContain('9:00 to 18:00');
    const reason = { text: 'Other', choice: { title: 'It arrived broken', value: 'It arrived broken' } };
    expect(texts(await talk(demo, 'en', 'Return a lamp', 'LF-1000', reason))).toContain('reason  It arrived broken');
  });

  test('that is no longer in the file is let go of', async () => {
    expect((await talk(demo, 'en', { text: 'hello', skills: [{ name: 'old.gone.Skill', slots: {} }] })).skills).toEqual(
      [],
    );
  });
});

describe('what is meant', () => {
  test.each([
    ['en', 'hwo long does delivry take', 'Every lamp is made to order'],
    ['en', 'delivery?', 'Every lamp is made to order'],
    ['en', 'are you open on sundays', 'Monday to Friday'],
    ['en', 'I want to return my lamp', 'Which order is it?'],
    ['en', 'thanks!', 'Gladly.'],
    ['de-AT', 'Wie lange dauert die Lieferung denn?', 'Jede Lampe entsteht auf Bestellung'],
    ['de', 'welcher schirm passt', 'Es kommt auf den Ring an'],
    ['ar', 'كم يستغرق التوصيل', 'تسعة أيام'],
    ['ar', 'أين طلبي', 'ما رقم الطلب'],
    ['fr', 'opening hours', 'Monday to Friday'],
  ])('%s: "%s"', async (language, said, answered) =>
    expect(texts(await talk(demo, language, said))).toContain(answered),
  );

  test('something else has no answer, and says so; twice in a row a person is suggested', async () => {
    const once = await talk(demo, 'en', 'the weather tomorrow');
    expect(once.messages[0]).toMatchObject({
      text: 'There is no answer to this here. Ask differently, or talk to a person.',
    });
    const twice = await talk(demo, 'en', 'the weather tomorrow', 'quantum physics');
    expect(twice.messages[0]?.text).toContain('A person can look at it.');
    const between = await talk(demo, 'en', 'the weather tomorrow', 'thanks', 'quantum physics');
    expect(between.messages[0]?.text).toBe(once.messages[0]?.text);
    for (const { messages } of [once, twice]) expect(messages[0]?.choices?.[0]?.title).toBe('Talk to a person');
  });

  test('what is offered is understood: every choice of the demo leads somewhere', async () => {
    for (const language of ['en', 'de', 'ar']) {
      const open = [...((await talk(demo, language, 'xyzzy')).messages[0]?.choices ?? [])];
      const seen = new Set<string>();
      for (let choice = open.pop(); choice; choice = open.pop()) {
        if (seen.has(choice.value)) continue;
        seen.add(choice.value);
        const answer = await talk(demo, language, { text: choice.title, choice });
        expect(answer.context).toEqual({});
        open.push(...answer.messages.flatMap(({ choices }) => choices ?? []));
      }
      expect(seen.size).toBeGreaterThan(3);
    }
  });
});

describe('the wish for a person', () => {
  test.each([
    ['Can I talk to a human please?', true],
    ['human', true],
    ['I want to speak with someone about my lamp', true],
    ['Can someone look at my order?', true],
    ['Kann ich mit einem Menschen sprechen?', true],
    ['Mitarbeiter bitte', true],
    ['أريد التحدث مع موظف', true],
    ['هل يمكن لشخص أن يراجع طلبي؟', true],
    ["I don't want to talk to a person", false],
    ['Are you human?', false],
    ['a lamp for a tall person', false],
    ['Ich möchte nicht mit einem Menschen sprechen', false],
    ['no, not to talk to a real person', false],
    ['I do not want to talk to a bot. I want to talk to a person', true],
  ])('%s: %s', (said, wanted) => expect(wantsPerson(fold(said))).toBe(wanted));

  test('in the middle of a skill leaves it unfinished, and says nothing after it', async () => {
    const answer = await talk(demo, 'en', 'test skill', 'Asha', 'talk to a person');
    expect(answer.handoff).toEqual({ reason: 'visitor_asked' });
    expect(answer.skills).toEqual([{ name: 'me.test.supportDemo.TestSkill', slots: { name: 'Asha' } }]);
    expect(answer.messages).toHaveLength(1);
  });
});

test.each([
  ['stop', true],
  ['Never mind.', true],
  ['cancel please', true],
  ['cancel my order', false],
  ['', false],
])('"%s" leaves off: %s', (said, stops) => expect(wantsToStop(fold(said))).toBe(stops));

test.each([
  ['Hello {name}', '[x](http://evil) *a*', 'Hello \\[x\\]\\(http\\://evil\\) \\*a\\*'],
  ['`{name}`', 'a ` b', "`a ' b`"],
  ['```\n{name}\n```', 'a\n```\n*b*', "```\na ''' *b*\n```"],
  ['{other}', 'x', ''],
])('in %j, %j is only words', (answer, name, filled) => expect(fillIn(answer, { name })).toBe(filled));

describe('a file with mistakes is refused, with all of them by line', () => {
  const complaint = (yaml: string): string => {
    try {
      openSkillBot({ name: 'test', file: write(yaml), handoffs: ['booking'] });
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('nothing was wrong');
  };

  test.each<[string, string, string]>([
    [
      'a short name',
      booking.replace('org.demo.test.Booking', 'Booking'),
      'line 3: skills.0.name should be a name such as',
    ],
    [
      'an unknown setting',
      booking.replace('answer:', 'anwser:'),
      'line 6: skills.0.anwser is not a setting: did you mean answer?',
    ],
    [
      'no answer',
      booking.replace(/ {4}answer.*\n/, ''),
      'line 3: skills.0.answer is missing: write an answer, or handoff: true',
    ],
    [
      'a handoff that there is not',
      booking.replace(/ {4}answer.*\n/, '    handoff: boking\n'),
      'line 6: skills.0.handoff names boking, which is not under handoffs: did you mean booking?',
    ],
    [
      'a slot that nobody asks for',
      booking.replace('{people}', '{persons}'),
      'line 6: skills.0.answer.en uses {persons}',
    ],
    [
      'an unreadable pattern',
      booking.replace('kind: number', "pattern: '('"),
      'line 5: skills.0.slots.0.pattern should be a regular expression',
    ],
    [
      'a phrase twice',
      `${booking}  - { name: a.b.C, phrases: [Book a visit.], answer: x }`,
      'line 7: skills.1.phrases.en has “Book a visit.”, as org.demo.test.Booking does',
    ],
    ['nothing', '', 'line 1: is missing: write a map of settings'],
    ['broken YAML', 'skills: [', 'line 1: this is not YAML'],
  ])('%s', (_, yaml, sentence) => expect(complaint(yaml)).toContain(sentence));

  test('a file that is not there', () => {
    expect(() => openSkillBot({ name: 'test', file: join(folder, 'none.yaml') })).toThrow('cannot be read');
  });
});

test('a text made to be slow is not many times as slow as a letter of ordinary words', async () => {
  const letter = 'I would like to know how long the delivery of a brass lamp takes. '.repeat(15);
  const evil = ['\ufdfa'.repeat(4_000), '\n'.repeat(2_000), 'a\n'.repeat(2_000), '\ufdfa '.repeat(16_000)];
  const random = Array.from({ length: 32_000 }, (_, at) => String.fromCharCode(33 + ((at * at * 31) % 55_000)));
  const timed = async (text: string) => {
    const start = performance.now();
    await talk(demo, 'en', text);
    return performance.now() - start;
  };
  for (const text of [...evil, random.join('')]) {
    // In turn, so that a machine that is busy for a moment is so for both.
    const ratios: number[] = [];
    for (let run = 0; run < 9; run++) {
      const ordinary = await timed(letter);
      ratios.push((await timed(text)) / ordinary);
    }
    expect(ratios.sort((one, other) => one - other)[4]).toBeLessThan(30);
  }
});
