import { expect, test } from 'vitest';
import { isSameTeam, readTeamName } from './team-name.ts';

test.each([
  [7, 7],
  [' 7 ', 7],
  ['Sales', 'sales'],
  ['https://chat.example.com/app/accounts/3/settings/teams/7/edit/agents', 7],
  ['https://chat.example.com/app/accounts/3/team/7', 7],
  ['https://chat.example.com/app/accounts/3/inbox/7', 'https://chat.example.com/app/accounts/3/inbox/7'],
] as const)('%j is read as %j', (written, team) => expect(readTeamName(written)).toBe(team));

const teams = [
  { key: '1', name: 'support' },
  { key: '2', name: 'sales' },
];

test.each([
  ['SALES', 'sales', true],
  [2, '2', true],
  [2, 'Sales', true],
  ['sales', 2, true],
  ['https://chat.example.com/app/accounts/1/team/2', 'sales', true],
  [1, 'sales', false],
  [9, 'nobody', false],
  ['support', 'sales', false],
] as const)('%j and %j are the same team: %s', (one, other, same) => {
  expect(isSameTeam(one, other, teams)).toBe(same);
});

test('without the desk’s teams a number and a name are not known to be the same', () => {
  expect(isSameTeam(2, 'sales', [])).toBe(false);
  expect(isSameTeam(2, '2', [])).toBe(true);
});
