import { expect, test } from 'vitest';
import { isOpenAt, isTimezone, withHours } from './hours.ts';

const week = [0, 1, 2, 3, 4, 5, 6].map((day_of_week) => ({
  day_of_week,
  closed_all_day: day_of_week === 0,
  open_all_day: false,
  open_hour: 9,
  open_minutes: 0,
  close_hour: 17,
  close_minutes: 0,
}));
const hours = { enabled: true, timezone: 'America/Bogota', days: week };

test.for([
  ['2026-11-23T13:59:59Z', false, 'before nine in Bogota'],
  ['2026-11-23T14:00:00Z', true, 'at nine'],
  ['2026-11-23T22:00:00Z', true, 'at five to the second'],
  ['2026-11-23T22:00:01Z', false, 'a second later'],
  ['2026-11-23T02:00:00Z', false, 'on a Sunday, which there it still is'],
] as const)('at %s it is open: %s, %s', ([at, open]) => {
  expect(isOpenAt(hours, Date.parse(at))).toBe(open);
});

test('without hours it is always open', () => {
  expect(isOpenAt({ ...hours, enabled: false }, Date.parse('2026-11-23T02:00:00Z'))).toBe(true);
});

test.for([
  ['over midnight', { open_hour: 22, close_hour: 2 }],
  ['with both flags', { open_all_day: true, closed_all_day: true }],
  ['with an hour that no day has', { close_hour: 25 }],
] as const)('hours %s are not kept', ([, change]) => {
  expect(withHours(week, [{ day_of_week: 3, ...change }])).toEqual(week);
});

test('only the days that are sent change', () => {
  const changed = withHours(week, [{ day_of_week: 3, open_all_day: true }]);
  expect(changed).toEqual(
    week.map((day) =>
      day.day_of_week === 3 ? { ...day, open_all_day: true, open_hour: 0, close_hour: 23, close_minutes: 59 } : day,
    ),
  );
});

test('a time zone is one that the machine knows', () => {
  expect([isTimezone('America/Bogota'), isTimezone('Mars/Olympus')]).toEqual([true, false]);
});
