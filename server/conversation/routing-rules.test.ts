import { describe, expect, test } from 'vitest';
import type { RoutingRequest } from '../stores/conversation-state.ts';
import { decide } from './routing.ts';
import type { Routing, Rule } from './routing-rules.ts';

const orders: Rule = { team: 'sales', label: 'Orders', skills: ['org.shop'] };
const support = { team: 'support', label: 'Support' };

const teamOf = (routing: Routing, request: Partial<RoutingRequest>) => {
  const decided = decide({ ...routing, ask: false }, { skills: [], ...request });
  return 'route' in decided ? decided.route.team : 'ask';
};

describe('conditions', () => {
  const when = (conditions: Rule['when']): Routing => ({
    rules: [{ ...orders, when: conditions ?? {} }],
    default: support,
    ask: false,
  });
  const shop = 'https://shop.example/de/checkout/pay?card=1#top';
  test.each<[string, Rule['when'], RoutingRequest['facts'], string]>([
    ['the language', { language: ['de'] }, { language: 'de' }, 'sales'],
    ['the language of a region', { language: ['de'] }, { language: 'de-AT' }, 'sales'],
    ['a region, which is not the whole language', { language: ['de-AT'] }, { language: 'de' }, 'support'],
    ['another language that begins alike', { language: ['d'] }, { language: 'de' }, 'support'],
    ['one of several languages', { language: ['en', 'de'] }, { language: 'DE' }, 'sales'],
    ['a path with what is beneath it', { page: ['/de/checkout*'] }, { page: shop }, 'sales'],
    ['a path as it is', { page: ['/de/checkout'] }, { page: shop }, 'support'],
    ['a path that stands in the middle', { page: ['/*/checkout/*'] }, { page: shop }, 'sales'],
    ['a whole address', { page: ['https://shop.example/de/*'] }, { page: shop }, 'sales'],
    ['the address of another site', { page: ['https://other.example/*'] }, { page: shop }, 'support'],
    ['no page at all', { page: ['/'] }, { page: null }, 'support'],
    ['the hours of the site', { hours: 'closed' }, { isOpen: false }, 'sales'],
    ['the other hours', { hours: 'open' }, { isOpen: false }, 'support'],
    ['a site without hours, which is open', { hours: 'open' }, {}, 'sales'],
    ['an attribute in any letter case', { attributes: { plan: ['pro'] } }, { attributes: { plan: 'Pro ' } }, 'sales'],
    ['another value', { attributes: { plan: ['pro'] } }, { attributes: { plan: 'free' } }, 'support'],
    ['an attribute that nobody told', { attributes: { plan: ['pro'] } }, {}, 'support'],
    ['all of them', { language: ['de'], page: ['/x'] }, { language: 'de', page: 'https://a.example/y' }, 'support'],
  ])('%s', (_, conditions, facts, team) => {
    expect(teamOf(when(conditions), { skills: ['org.shop.Return'], facts })).toBe(team);
  });

  test('a pattern of many stars is looked at in no time', () => {
    const page = `https://shop.example/${'a'.repeat(5_000)}`;
    expect(teamOf(when({ page: [`/${'a*'.repeat(100)}b`] }), { skills: ['org.shop.X'], facts: { page } })).toBe(
      'support',
    );
  });

  test('what keeps a rule from fitting is kept for the log, without what the visitor said', () => {
    const routing: Routing = {
      rules: [
        { ...orders, label: 'A', when: { attributes: { plan: ['pro'] } } },
        { ...orders, label: 'B', bots: ['other'] },
        { ...orders, label: 'C', enabled: false },
      ],
      default: support,
      ask: false,
    };
    const facts = { bot: 'helper', attributes: { plan: 'my secret' } };
    expect(decide(routing, { skills: ['org.shop.X'], facts })).toMatchObject({
      route: {
        tried: [
          'Rule 1 (A): plan is something else.',
          'Rule 2 (B): it is for another bot.',
          'Rule 3 (C): it is switched off.',
        ],
        trail: ['No rule has org.shop.X: the default team (Support).'],
      },
    });
  });
});

describe('a rule without skills', () => {
  const german: Rule = { team: 'dach', label: 'German', skills: [], when: { language: ['de'] } };
  const facts = { language: 'de' };

  test('decides by its conditions, whatever is unfinished', () => {
    const routing: Routing = { rules: [german, orders], default: support, ask: true };
    expect(teamOf(routing, { skills: ['org.shop.X'], facts })).toBe('dach');
    expect(teamOf(routing, { skills: ['org.shop.X'], facts: { language: 'en' } })).toBe('sales');
  });

  test('at the top leaves nothing to ask; below others it takes what is not chosen', () => {
    const top: Routing = { rules: [german, orders], default: support, ask: true };
    expect(decide(top, { skills: [], facts })).toMatchObject({
      route: { team: 'dach', trail: ['Rule 1 (German): all that it asks for is so.'] },
    });
    const below: Routing = { rules: [orders, german], default: support, ask: true };
    expect(decide(below, { skills: [], facts })).toEqual({ ask: [{ id: 'orders', label: 'Orders' }] });
    expect(teamOf(below, { topic: null, facts })).toBe('dach');
    expect(teamOf(below, { topic: 'orders', facts })).toBe('sales');
  });
});

test('only topics that this visitor could come to are offered', () => {
  const routing: Routing = {
    rules: [orders, { team: 'vip', label: 'Only for members', skills: ['a'], when: { attributes: { plan: ['pro'] } } }],
    default: support,
    ask: true,
  };
  expect(decide(routing, { skills: [] })).toEqual({ ask: [{ id: 'orders', label: 'Orders' }] });
});

test('a rule is for the bots that it names', () => {
  const routing: Routing = { rules: [{ ...orders, bots: ['shop'] }], default: support, ask: false };
  expect(teamOf(routing, { skills: ['org.shop.X'], facts: { bot: 'shop' } })).toBe('sales');
  expect(teamOf(routing, { skills: ['org.shop.X'], facts: { bot: 'helper' } })).toBe('support');
});

describe('the strategy', () => {
  const rules: Rule[] = [
    { team: 'wide', label: 'Wide', skills: ['org'] },
    { team: 'narrow', label: 'Narrow', skills: ['org.shop.Return'] },
  ];
  test.each<[NonNullable<Routing['strategy']>, string[], string]>([
    ['rule_order', ['org.shop.Return'], 'wide'],
    ['most_specific', ['org.shop.Return'], 'narrow'],
    ['most_specific', ['org.shop.Other'], 'wide'],
    ['innermost', ['org.shop.Return', 'x.y.Z'], 'support'],
    ['innermost', ['x.y.Z', 'org.shop.Return'], 'wide'],
  ])('%s with %j: %s', (strategy, skills, team) => {
    expect(teamOf({ rules, default: support, ask: false, strategy }, { skills })).toBe(team);
  });

  test('skills of a bot’s own engine never count', () => {
    const routing: Routing = { rules, default: support, ask: false, strategy: 'innermost', ignore: ['io.opencui'] };
    expect(teamOf(routing, { skills: ['org.shop.Return', 'io.opencui.core.Ask'] })).toBe('wide');
    expect(decide({ ...routing, ask: true }, { skills: ['io.opencui.core.Ask'] })).toHaveProperty('ask');
  });

  test('several skills that the bot names stand for what is unfinished', () => {
    const routing: Routing = { rules, default: support, ask: false };
    expect(teamOf(routing, { skills: ['org.x'], wanted: { skills: ['a.b', 'c.d'] } })).toBe('support');
    expect(teamOf(routing, { skills: ['a.b'], wanted: { skills: ['c.d', 'org.y'] } })).toBe('wide');
    expect(teamOf(routing, { skills: ['org.x'], wanted: { skills: [] } })).toBe('wide');
  });
});
