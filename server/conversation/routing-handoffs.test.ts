import { describe, expect, test } from 'vitest';
import type { Wanted } from '../stores/conversation-state.ts';
import { decide } from './routing.ts';
import type { NamedHandoff, Routing } from './routing-rules.ts';
import { labelIn } from './topics.ts';

const returns: NamedHandoff = {
  state: 'active',
  team: 'sales',
  label: 'Returns',
  labels: { en: 'Returns', de: 'Rückgaben' },
  carries: ['page'],
};
const routing: Routing = {
  rules: [{ team: 'shop', label: 'Orders', skills: ['a'] }],
  default: { team: 'support', label: 'Support' },
  ask: false,
  handoffs: {
    returns,
    later: { ...returns, state: 'draft', label: 'Later' },
    before: { ...returns, state: 'inactive', label: 'Before' },
    anywhere: { state: 'active', team: null, label: null },
    foreign: { ...returns, label: 'Foreign', bots: ['other'] },
  },
};
const decided = (wanted: Wanted, skills: string[] = ['a']) => decide(routing, { skills, wanted, facts: { bot: 'me' } });

test('a handoff that the bot names goes to its team, whatever is unfinished', () => {
  expect(decided({ handoff: 'returns' })).toMatchObject({
    route: {
      team: 'sales',
      label: 'Returns',
      handoff: 'returns',
      carries: ['page'],
      trail: ['The handoff “returns” was asked for.'],
    },
  });
});

test('one without a team leaves it to the team that is named, or to the rules', () => {
  expect(decided({ handoff: 'anywhere' })).toMatchObject({ route: { team: 'shop', handoff: 'anywhere' } });
  expect(decided({ handoff: 'anywhere', team: 'support' })).toMatchObject({ route: { team: 'support' } });
});

describe('one that is not to be had is an error for the bot, and the rules decide', () => {
  test.each([
    ['later', 'inactive_handoff', 'which is not active'],
    ['before', 'inactive_handoff', 'which is not active'],
    ['foreign', 'unknown_handoff', 'which there is not'],
    ['nowhere', 'unknown_handoff', 'which there is not'],
    ['constructor', 'unknown_handoff', 'which there is not'],
  ])('%s: %s', (name, code, why) => {
    expect(decided({ handoff: name })).toMatchObject({
      route: {
        team: 'shop',
        trail: [`The bot named the handoff “${name}”, ${why}: refused.`, 'Rule 1 (Orders): the skill a is unfinished.'],
      },
      errors: [{ code, name }],
    });
    expect(decided({ handoff: name })).not.toHaveProperty('route.handoff');
  });

  test('a team that nobody wrote down is one, too; one of a handoff that is not active is not written down', () => {
    expect(decided({ team: 'VIP' })).toMatchObject({ errors: [{ code: 'unknown_team', name: 'VIP' }] });
    expect(decided({ team: 'sales' })).not.toHaveProperty('errors');
    const off: Routing = { ...routing, handoffs: { returns: { ...returns, state: 'inactive' } } };
    expect(decide(off, { skills: [], wanted: { team: 'sales' } })).toHaveProperty('errors');
  });
});

test('the label of a handoff is in the visitor’s language', () => {
  expect(labelIn(routing, 'Returns', 'de-AT')).toBe('Rückgaben');
});
