import { expect, test } from 'vitest';
import type { DeskThread } from '../../desk.ts';
import { mara, startDesk, type DeskUnderTest } from '../testing/start-desk.ts';

/** Set up before anything is asked, however slow this machine is. */
const patient = { desk: { waitMs: 60_000 } };

async function looks(under: DeskUnderTest, thread: DeskThread, teams: string[], person: typeof mara | null = null) {
  const [done] = await under.run(thread, { do: 'look', wish: 'w', teams, person });
  return done?.result === 'done' ? done.looked : done;
}

const be = (under: DeskUnderTest, who: 'mara' | 'asha', availability: 'offline' | 'busy' | 'online') =>
  under.as(who, 'POST', '/api/v1/profile/availability', { profile: { account_id: 1, availability } });

test.each(['offline', 'busy'] as const)('a team whose people are all %s has nobody online', async (availability) => {
  await using under = await startDesk(patient);
  const thread = await under.begin();
  expect(await looks(under, thread, ['support', 'SALES'], mara)).toEqual({
    teams: [
      { team: 'support', state: 'ok' },
      { team: 'SALES', state: 'ok' },
    ],
    person: { teams: ['support', 'SALES'] },
  });
  await be(under, 'mara', availability);
  expect(await looks(under, thread, ['support'], mara)).toEqual({
    teams: [{ team: 'support', state: 'nobody_online' }],
    person: null,
  });
});

test('a team without people is empty; one whose people do not see the inbox is of no use', async () => {
  await using under = await startDesk(patient);
  const thread = await under.begin();
  const empty = await under.as('asha', 'POST', 'teams', { name: 'empty' });
  const outside = await under.as('asha', 'POST', 'teams', { name: 'outside' });
  await under.as('asha', 'POST', `teams/${outside.id}/team_members`, { user_ids: [4] });
  const inbox = under.desk.provisioned()?.inbox;
  await under.as('asha', 'DELETE', 'inbox_members', { inbox_id: inbox, user_ids: [4] });
  expect(await looks(under, thread, ['empty', 'outside', 'gone'])).toEqual({
    teams: [
      { team: 'empty', state: 'empty' },
      { team: 'outside', state: 'no_access' },
      { team: 'gone', state: 'missing' },
    ],
    person: null,
  });
  expect(empty.id).toBeGreaterThan(0);
});

test('the token’s own user looks online for our sake, and counts neither way', async () => {
  await using under = await startDesk(patient);
  const thread = await under.begin();
  const own = await under.as('asha', 'POST', 'teams', { name: 'own' });
  const inbox = under.desk.provisioned()?.inbox;
  await under.as('asha', 'POST', 'inbox_members', { inbox_id: inbox, user_ids: [1] });
  await under.as('asha', 'POST', `teams/${own.id}/team_members`, { user_ids: [1] });
  const asha = { key: '1', name: 'Asha Verma' };
  expect(await looks(under, thread, ['own'], asha)).toEqual({
    teams: [{ team: 'own', state: 'unknown' }],
    person: null,
  });
  await be(under, 'mara', 'offline');
  await under.as('asha', 'POST', `teams/${own.id}/team_members`, { user_ids: [2] });
  expect(await looks(under, thread, ['own'])).toMatchObject({ teams: [{ state: 'nobody_online' }] });
});

test('a desk that does not answer is looked at again; one that does not let us look keeps nobody away', async () => {
  await using under = await startDesk(patient);
  const thread = await under.begin();
  under.sandbox.fault({ path: '/team_members', method: 'GET', times: 1, status: 502 });
  expect(await looks(under, thread, ['support'])).toMatchObject({ result: 'unsent' });
  under.sandbox.fault({ path: '/inbox_members', method: 'GET', times: 1, status: 403 });
  under.sandbox.fault({ path: '/team_members', method: 'GET', times: 1, status: 403 });
  expect(await looks(under, thread, ['support', 'sales'])).toMatchObject({
    teams: [{ state: 'unknown' }, { state: 'ok' }],
  });
});
