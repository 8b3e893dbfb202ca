import { expect, test } from 'vitest';
import { findTeam } from './teams.ts';

test('teams are found by number, by name in any case, by the address of their page', () => {
  const teams = [
    { id: 7, name: 'sales' },
    { id: 8, name: '9' },
  ];
  expect(findTeam(teams, 'Sales')?.id).toBe(7);
  expect(findTeam(teams, 7)?.id).toBe(7);
  expect(findTeam(teams, '7')?.id).toBe(7);
  expect(findTeam(teams, '9')?.id).toBe(8);
  expect(findTeam(teams, 9)).toBeUndefined();
});
