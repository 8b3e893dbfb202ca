import { describe, expect, test } from 'vitest';
import type { Looked, TeamState } from '../desks/desk.ts';
import type { Route, SkipReason, Target } from '../stores/conversation-state.ts';
import { decide } from './routing.ts';
import type { Routing, Rule } from './routing-rules.ts';
import { settle, teamsIn } from './routing-targets.ts';

const online: SkipReason[] = ['nobody_online'];
const orders: Rule = { team: 'sales', label: 'Orders', skills: ['a'], skipIf: online, then: [{ team: 'shop' }] };
const bills: Rule = { team: 'bills', label: 'Bills', skills: ['a', 'b'] };
const routing: Routing = { rules: [orders, bills], default: { team: 'support', label: 'Support' }, ask: false };
const desk = ['sales', 'shop', 'bills', 'support'].map((name, at) => ({ key: String(at + 1), name }));

const chainOf = (rules: Routing, skills: string[], teams = desk, wanted = {}) => {
  const decided = decide(rules, { skills, wanted }, teams);
  return 'route' in decided ? (decided.route.chain?.map(({ team }) => team) ?? decided.route.team) : 'ask';
};

describe('the chain', () => {
  test('is the rule’s teams, and then the default', () => {
    expect(chainOf(routing, ['a'])).toEqual(['sales', 'shop', 'support']);
  });

  test('is not looked at where the first team is to be taken whoever is there', () => {
    expect(chainOf(routing, ['b'])).toBe('bills');
    expect(chainOf({ ...routing, rules: [{ ...bills, skipIf: [] }] }, ['b'])).toEqual(['bills', 'support']);
  });

  test('has each team once, by name or number', () => {
    const twice: Routing = { ...routing, rules: [{ ...orders, then: [{ team: 4 }, { team: 1 }] }] };
    expect(chainOf(twice, ['a'])).toEqual(['sales', 4]);
  });

  test('goes on with the rules below, where a rule hands on', () => {
    const handing: Routing = { ...routing, rules: [{ ...orders, continue: true }, bills] };
    expect(chainOf(handing, ['a'])).toEqual(['sales', 'shop', 'bills', 'support']);
  });

  test('is looked at where the desk is not known to have the first team', () => {
    expect(chainOf({ ...routing, rules: [{ ...bills, team: 'new' }] }, ['b'])).toEqual(['new', 'support']);
    expect(chainOf({ ...routing, rules: [{ ...bills, team: 'new' }] }, ['b'], [])).toBe('new');
  });

  test('begins at the team that the bot names, and goes on with what stands behind it', () => {
    expect(chainOf(routing, [], desk, { team: 1 })).toEqual(['sales', 'shop', 'support']);
    expect(chainOf(routing, [], desk, { team: 'shop' })).toBe('shop');
  });

  test('every team in it is known to the desk’s set-up', () => {
    expect(teamsIn(routing)).toEqual(['sales', 'shop', 'bills', 'support']);
  });
});

describe('who gets a visitor', () => {
  const target = (team: string, skipIf?: SkipReason[]): Target => ({
    team,
    label: team === 'support' ? 'Support' : 'Orders',
    ...(skipIf ? { skipIf } : {}),
  });
  const route = (...chain: Target[]): Route => ({ team: 'sales', label: 'Orders', trail: ['Because.'], chain });
  const looked = (states: Record<string, TeamState>, person: Looked['person'] = null): Looked => ({
    teams: Object.entries(states).map(([team, state]) => ({ team, state })),
    person,
  });
  const chain = route(target('sales', online), target('shop', []), target('support'));

  test.each<[string, Record<string, TeamState>, string | null, string[]]>([
    ['the first, with somebody there', { sales: 'ok' }, 'sales', []],
    ['the first, where the desk does not say', { sales: 'unknown' }, 'sales', []],
    [
      'the next, with nobody there',
      { sales: 'nobody_online', shop: 'ok' },
      'shop',
      ['Nobody of sales is online: Orders.'],
    ],
    [
      'one that waits all the same',
      { sales: 'nobody_online', shop: 'nobody_online' },
      'shop',
      ['Nobody of sales is online: Orders.'],
    ],
    [
      'the default, with nobody in the others',
      { sales: 'missing', shop: 'empty', support: 'nobody_online' },
      'support',
      ['There is no team sales, nobody is in shop: Support.'],
    ],
    [
      'the default, where no other sees the inbox',
      { sales: 'no_access', shop: 'no_access', support: 'ok' },
      'support',
      ['Nobody of sales sees this inbox, nobody of shop sees this inbox: Support.'],
    ],
    [
      'nobody in particular, where there is nobody at all',
      { sales: 'missing', shop: 'missing', support: 'empty' },
      null,
      ['There is no team sales, there is no team shop, nobody is in support: nobody in particular.'],
    ],
  ])('%s', (_, states, team, added) => {
    const settled = settle(chain, looked(states));
    expect(settled.route).toMatchObject({ team, trail: ['Because.', ...added] });
    expect(settled.route).not.toHaveProperty('chain');
  });

  test('the last team that there is, where all would be passed over', () => {
    const all = route(target('sales', online), target('shop', online));
    expect(settle(all, looked({ sales: 'nobody_online', shop: 'nobody_online' })).route).toMatchObject({
      team: 'shop',
      trail: ['Because.', 'Nobody of sales is online, nobody of shop is online: Orders all the same.'],
    });
    expect(settle(all, looked({ sales: 'nobody_online', shop: 'empty' })).route.team).toBe('sales');
  });

  test('a team that is closed is passed over where the operator says so', () => {
    const closing = route(target('sales', ['closed']), target('support'));
    expect(settle(closing, looked({ sales: 'closed' })).route.team).toBe('support');
    expect(settle(chain, looked({ sales: 'closed' })).route.team).toBe('sales');
  });

  test('what an operator has to mend is told; that nobody is online is not', () => {
    expect(settle(chain, looked({ sales: 'missing', shop: 'nobody_online' })).route.alerts).toEqual([
      'there is no team sales',
    ]);
    expect(settle(chain, looked({ sales: 'nobody_online' })).route).not.toHaveProperty('alerts');
  });

  const mara = { key: '2', name: 'Mara Ostby' };
  test.each<[string, Looked['person'], boolean]>([
    ['is there, and in the team', { teams: ['sales'] }, true],
    ['is there, in another team', { teams: ['support'] }, false],
    ['is not there', null, false],
  ])('the person who helped last comes first where they are: %s', (_, person, first) => {
    const settled = settle(chain, looked({ sales: 'ok' }, person), mara);
    expect(settled.person).toEqual(first ? mara : null);
    expect(settled.route.trail.includes('Mara Ostby helped last, and is there.')).toBe(first);
  });

  test('without any team, being there is enough', () => {
    const nowhere: Route = { team: null, label: null, trail: [] };
    expect(settle(nowhere, { teams: [], person: { teams: [] } }, mara).person).toEqual(mara);
  });
});
