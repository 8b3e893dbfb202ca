import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RoutingRequest } from '../stores/conversation-state.ts';
import { decide } from './routing.ts';
import type { Routing } from './routing-rules.ts';
import { labelIn, labelOf, matchTopic } from './topics.ts';
import { coversSkill, shadows } from '../skill-name.ts';

const orders = { team: 48, label: 'Orders and returns', skills: ['me.test.supportDemo.TestSkill', 'org.demo.shop'] };
const billing = { team: 'Billing', label: 'Bills', skills: ['org.demo.billing.*', '*.Refund'] };
const routing: Routing = { rules: [orders, billing], default: { team: 47, label: 'Support' }, ask: true };
const silent: Routing = { ...routing, ask: false };

const teamOf = (rules: Routing, request: RoutingRequest) => {
  const decision = decide(rules, request);
  return 'route' in decision ? decision.route.team : 'ask';
};

describe('what is unfinished decides', () => {
  test.each<[string, RoutingRequest, number | string]>([
    ['an exact name', { skills: ['me.test.supportDemo.TestSkill'] }, 48],
    ['a name in another letter case', { skills: ['ME.test.SUPPORTdemo.testskill'] }, 48],
    ['a name beneath a pattern', { skills: ['org.demo.shop.ReturnOrder'] }, 48],
    ['a name that only begins like a pattern: the default', { skills: ['org.demo.shopping.Basket'] }, 47],
    ['one part for a star', { skills: ['org.demo.billing.Invoice'] }, 'Billing'],
    ['not two parts for a star', { skills: ['org.demo.billing.Invoice.Print'] }, 47],
    ['a short name by its last part', { skills: ['refund'] }, 'Billing'],
    ['several rules: the higher one', { skills: ['x.y.Refund', 'org.demo.shop.ReturnOrder'] }, 48],
    ['a skill without a rule', { skills: ['org.demo.press.Interview'] }, 47],
    ['a skill without a rule beside one with a rule', { skills: ['a.b.c', 'a.b.Refund'] }, 'Billing'],
    ['nothing, with a question', { skills: [] }, 'ask'],
    [
      'the skill that the bot named, before what is unfinished',
      { skills: ['org.demo.shop.X'], wanted: { skill: 'a.Refund' } },
      'Billing',
    ],
    [
      'a team that a rule has, by name in any case',
      { skills: ['org.demo.shop.X'], wanted: { team: 'billing' } },
      'Billing',
    ],
    ['a team that a rule has, by number as text', { skills: [], wanted: { team: '48' } }, 48],
    ['the default team by name of its number', { skills: [], wanted: { team: 47 } }, 47],
    ['a team that nobody wrote down: the rules', { skills: ['a.b.Refund'], wanted: { team: 'VIP' } }, 'Billing'],
    ['a team that nobody wrote down, and nothing unfinished', { skills: [], wanted: { team: 'VIP' } }, 'ask'],
    ['an answer', { skills: [], topic: 'bills' }, 'Billing'],
    ['something else', { skills: [], topic: null }, 47],
    ['an answer that is no rule any more', { skills: [], topic: 'gone' }, 47],
  ])('%s', (_, request, team) => expect(teamOf(routing, request)).toBe(team));

  test('without the question, nothing unfinished goes to the default', () => {
    expect(teamOf(silent, { skills: [] })).toBe(47);
  });

  test('without rules there is nothing to ask', () => {
    expect(teamOf({ ...routing, rules: [] }, { skills: [] })).toBe(47);
  });

  test('the same wish goes elsewhere under other rules', () => {
    const wish: RoutingRequest = { skills: ['org.demo.shop.ReturnOrder'] };
    const others: Routing = { ...routing, rules: [{ ...billing, skills: ['org.demo.shop'] }] };
    expect([routing, others, { ...routing, rules: [] }].map((each) => teamOf(each, wish))).toEqual([48, 'Billing', 47]);
  });

  test('the order of the rules decides, whatever the order in which skills were opened', () => {
    const name = fc.constantFrom('a.b.One', 'a.b.Two', 'a.b.Three', 'a.b.Four', 'x.y.Z');
    const rule = fc.record({
      team: fc.integer({ min: 1, max: 9 }),
      label: fc.string(),
      skills: fc.uniqueArray(name, { minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.array(rule),
        fc.uniqueArray(name, { minLength: 1 }),
        fc.infiniteStream(fc.nat()),
        (rules, skills, random) => {
          const set = { rules, default: { team: 47, label: null }, ask: false };
          const shuffled = skills
            .map((skill) => ({ skill, at: random.next().value as number }))
            .sort((a, b) => a.at - b.at);
          const first = rules.find((each) => each.skills.some((skill) => skills.includes(skill)));
          expect(teamOf(set, { skills })).toBe(first?.team ?? 47);
          expect(teamOf(set, { skills: shuffled.map(({ skill }) => skill) })).toBe(first?.team ?? 47);
        },
      ),
    );
  });
});

describe('the trail says why', () => {
  test.each<[string, Routing, RoutingRequest, string[]]>([
    [
      'a rule',
      routing,
      { skills: ['me.test.supportDemo.TestSkill'] },
      ['Rule 1 (Orders and returns): the skill me.test.supportDemo.TestSkill is unfinished.'],
    ],
    [
      'two rules',
      routing,
      { skills: ['a.Refund', 'org.demo.shop.X'] },
      [
        'Rule 1 (Orders and returns): the skill org.demo.shop.X is unfinished. Rule 2 (Bills) fits, too, and stands lower.',
      ],
    ],
    ['no rule', routing, { skills: ['a.b.c', 'd.e.f'] }, ['No rule has a.b.c, d.e.f: the default team (Support).']],
    ['nothing unfinished', silent, { skills: [] }, ['No skill is unfinished: the default team (Support).']],
    [
      'no team at all',
      { rules: [], default: { team: null, label: null }, ask: true },
      { skills: [] },
      ['No skill is unfinished: nobody in particular.'],
    ],
    ['an answer', routing, { skills: [], topic: 'bills' }, ['Rule 2 (Bills): the visitor chose it.']],
    [
      'a team that is not open to bots',
      silent,
      { skills: [], wanted: { team: 'V\nIP' } },
      [
        'The bot named the team “V IP”, which no rule and no default has: refused.',
        'No skill is unfinished: the default team (Support).',
      ],
    ],
  ])('%s', (_, rules, request, trail) => {
    expect(decide(rules, request)).toMatchObject({ route: { trail } });
  });
});

describe('what it is about', () => {
  const many = Array.from({ length: 9 }, (_, at) => ({ team: at + 1, label: `Topic ${at}`, skills: [`a.b.${at}`] }));

  test('six topics at the most, by their labels, in the order of the rules', () => {
    const decision = decide({ ...routing, rules: many }, { skills: [] });
    expect(decision).toEqual({ ask: many.slice(0, 6).map(({ label }, at) => ({ id: `topic-${at}`, label })) });
  });

  test('a topic keeps its id when rules are moved', () => {
    expect(teamOf({ ...routing, rules: [...many, billing] }, { skills: [], topic: 'bills' })).toBe('Billing');
  });

  const topics = [
    { id: 'a', label: 'Orders and returns' },
    { id: 'b', label: 'Repairs' },
    { id: 'c', label: 'الطلبات والإرجاع' },
  ];
  test.each([
    ['orders AND returns!', 'a'],
    ['It is about repairs, I think', 'b'],
    ['returns', 'a'],
    ['الطلبات والارجاع', 'c'],
    ['something else', undefined],
    ['repairs, orders and returns', undefined],
    ['?', undefined],
  ])('%s', (text, id) => expect(matchTopic(routing, text, topics)?.id).toBe(id));
});

test.each([
  [{ key: '48', name: 'sales' }, 'Orders and returns'],
  [{ key: '3', name: 'billing' }, 'Bills'],
  [{ key: '47', name: 'support' }, 'Support'],
  [{ key: '5', name: 'press' }, null],
])('the team %o is called %s', (team, label) => expect(labelOf(routing, team)).toBe(label));

describe('a team with several labels', () => {
  const several: Routing = {
    ...routing,
    rules: [orders, { team: 47, label: 'Repairs', skills: ['a.b'] }, { team: 48, label: 'Trade', skills: ['a.c'] }],
  };
  test.each([
    [{ key: '48', name: 'sales' }, 'Trade', 'Trade'],
    [{ key: '48', name: 'sales' }, 'Support', 'Orders and returns'],
    [{ key: '47', name: 'support' }, 'Repairs', 'Repairs'],
    [{ key: '47', name: 'support' }, 'Orders and returns', 'Support'],
    [{ key: '47', name: 'support' }, null, 'Support'],
  ])('%o after “%s” is “%s”', (team, current, label) => expect(labelOf(several, team, current)).toBe(label));
});

describe('labels by language', () => {
  const inLanguages: Routing = {
    ...routing,
    rules: [
      { ...orders, labels: { en: 'Orders and returns', de: 'Bestellungen und Rücksendungen', ar: 'الطلبات والإرجاع' } },
      billing,
    ],
  };
  const asked = decide(inLanguages, { skills: [] });

  test.each([
    ['Orders and returns', 'de-AT', 'Bestellungen und Rücksendungen'],
    ['Orders and returns', 'ar', 'الطلبات والإرجاع'],
    ['Orders and returns', 'fr', 'Orders and returns'],
    ['Bills', 'de', 'Bills'],
    ['A label of last year', 'de', 'A label of last year'],
  ])('%s is in %s: %s', (label, language, shown) => expect(labelIn(inLanguages, label, language)).toBe(shown));

  test.each([['bestellungen und rucksendungen'], ['الطلبات والارجاع'], ['Orders and returns, please']])(
    '“%s” chooses the topic in whatever language it is written',
    (text) => {
      const topics = 'ask' in asked ? asked.ask : [];
      expect(matchTopic(inLanguages, text, topics)?.label).toBe('Orders and returns');
    },
  );
});

test.each([
  ['me.test', 'me.testing.X', false],
  ['me.test', 'me.test', true],
  ['*', 'anything', true],
  ['a.**', 'a.b.c.d', true],
  ['a.**.z', 'a.b.c.z', true],
  ['a.**', 'a', false],
  ['', 'a', false],
  ['a.*', 'a.b', true],
])('%s covers %s: %s', (pattern, name, covers) => expect(coversSkill(pattern, name)).toBe(covers));

test.each([
  ['a.b', 'a.b.C', true],
  ['a.b.C', 'a.b', false],
  ['*', '*.Refund', true],
  ['a', 'a.*', true],
  ['a.*', 'a.b', false],
])('%s leaves nothing to %s: %s', (above, below, all) => expect(shadows(above, below)).toBe(all));
