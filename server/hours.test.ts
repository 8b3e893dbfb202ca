import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isZone, opensAt, type Hours } from './hours.ts';

const nineToFive = (zone: string, closed: string[] = []): Hours => ({
  zone,
  closed,
  week: [1, 2, 3, 4, 5].map((day) => ({ day, from: 9 * 60, to: 17 * 60 })),
});
const berlin = nineToFive('Europe/Berlin');
const at = (iso: string) => Date.parse(iso);

describe('when people are there next', () => {
  test.each([
    ['while they are there', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z'],
    ['at the very minute of opening', '2026-11-20T08:00:00Z', '2026-11-20T08:00:00Z'],
    ['at the minute of closing', '2026-11-20T16:00:00Z', '2026-11-23T08:00:00Z'],
    ['before the first hour of a day', '2026-11-20T05:00:00Z', '2026-11-20T08:00:00Z'],
    ['over a weekend', '2026-11-21T12:00:00Z', '2026-11-23T08:00:00Z'],
    ['in summer the same hour is an earlier one', '2026-07-12T12:00:00Z', '2026-07-13T07:00:00Z'],
    ['over the night in which the clock changes', '2026-03-28T12:00:00Z', '2026-03-30T07:00:00Z'],
  ])('%s', (_when, now, next) => {
    expect(opensAt(berlin, at(now))).toBe(at(next));
  });

  test('on a day on which nobody is there it is the day after', () => {
    const hours = nineToFive('Europe/Berlin', ['2026-12-25']);
    expect(opensAt(hours, at('2026-12-25T10:00:00Z'))).toBe(at('2026-12-28T08:00:00Z'));
  });

  test('hours over midnight belong to the day on which they begin', () => {
    const night: Hours = { zone: 'America/New_York', closed: [], week: [{ day: 5, from: 22 * 60, to: 26 * 60 }] };
    expect(opensAt(night, at('2026-11-21T06:30:00Z'))).toBe(at('2026-11-21T06:30:00Z'));
    expect(opensAt(night, at('2026-11-21T07:00:00Z'))).toBe(at('2026-11-28T03:00:00Z'));
  });

  test('an hour that the clock skips is the one after it', () => {
    const early: Hours = { zone: 'Europe/Berlin', closed: [], week: [{ day: 0, from: 150, to: 300 }] };
    expect(opensAt(early, at('2026-03-29T00:00:00Z'))).toBe(at('2026-03-29T01:30:00Z'));
  });

  test('hours that never come are told from late ones', () => {
    expect(opensAt({ zone: 'UTC', closed: [], week: [] }, 0)).toBeNull();
  });

  // No shorter than what a clock may skip.
  test('whatever the hours and the zone: it is now, or later, and at that moment people are there', () => {
    const span = fc
      .record({
        day: fc.integer({ min: 0, max: 6 }),
        from: fc.integer({ min: 0, max: 1_439 }),
        long: fc.integer({ min: 120, max: 1_440 }),
      })
      .map(({ day, from, long }) => ({ day, from, to: from + long }));
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Chatham');
    fc.assert(
      fc.property(
        fc.array(span, { minLength: 1 }),
        zones,
        fc.integer({ min: 1.6e12, max: 2e12 }),
        (week, zone, now) => {
          const hours = { zone, week, closed: [] };
          const next = opensAt(hours, now);
          if (next === null || next < now) throw new Error(`${next} is not after ${now}`);
          expect(opensAt(hours, next)).toBe(next);
        },
      ),
    );
  });
});

test('a zone is one that there is', () => {
  expect(['Europe/Berlin', 'UTC', 'Europe/Bremen', ''].map(isZone)).toEqual([true, true, false, false]);
});
