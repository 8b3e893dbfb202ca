import { z } from 'zod';
import { isZone, type Hours, type Span } from '../hours.ts';
import { holds, text } from './values.ts';
import { expected } from './yaml-file.ts';

/* Opening hours as people write them: `{ zone: Europe/Berlin, mon-fri: 9:00-17:00, sat: [10:00-12:00, 14:00-16:00] }`. */

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** `mon`, `mon-fri`, `daily`. @returns undefined for what is none of them */
function readDays(written: string): number[] | undefined {
  if (written === 'daily') return [0, 1, 2, 3, 4, 5, 6];
  const [first, last = first, ...more] = written.split('-').map((day) => days.findIndex((known) => known === day));
  if (first === undefined || last === undefined || more.length > 0 || first < 0 || last < 0) return undefined;
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, each) => (first + each) % 7);
}

/** `9:00-17:30`; an end that is not after the beginning is on the next day. */
function readSpan(written: string): Omit<Span, 'day'> | undefined {
  const found = /^(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)$/.exec(written.trim());
  if (!found) return undefined;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = found.slice(1).map(Number);
  const [from, to] = [fromHour * 60 + fromMinute, toHour * 60 + toMinute];
  if (fromMinute > 59 || toMinute > 59 || from >= 24 * 60 || to > 24 * 60) return undefined;
  return { from, to: to > from ? to : to + 24 * 60 };
}

const span = text('hours such as 9:00-17:00').transform((written, context) => {
  const read = readSpan(written);
  if (read) return read;
  context.addIssue({ code: 'custom', message: expected('hours such as 9:00-17:00')({ input: written }) });
  return z.NEVER;
});
const spans = z.preprocess(
  (value) => (Array.isArray(value) ? value : value === 'closed' ? [] : [value]),
  z.array(span, { error: expected('hours such as 9:00-17:00, a list of them, or closed') }),
);
const zone = text('a time zone').refine(isZone, {
  error: expected('a time zone such as Europe/Berlin'),
});
const date = z
  .string({ error: expected("a day in quotes, such as '2026-12-25'") })
  .regex(/^\d{4}-\d\d-\d\d$/, { error: expected("a day in quotes, such as '2026-12-25'") });

const notADay = expected('zone, closed, or days such as mon, mon-fri or daily');

const whole = z.looseObject(
  { zone, closed: z.array(date, { error: expected("a list of days, such as ['2026-12-25']") }).default([]) },
  { error: expected('hours such as { zone: Europe/Berlin, mon-fri: 9:00-17:00 }') },
);

export const hours = holds(
  z.unknown().transform((value, context): Hours => {
    const wrong = (issues: readonly z.core.$ZodIssue[], under: PropertyKey[] = []) => {
      for (const { path, message } of issues) context.addIssue({ code: 'custom', path: [...under, ...path], message });
    };
    const parsed = whole.safeParse(value);
    wrong(parsed.error?.issues ?? []);
    const { zone = '', closed = [], ...written } = parsed.data ?? {};
    const week: Span[] = [];
    for (const [name, each] of Object.entries(written)) {
      const on = readDays(name);
      const read = spans.safeParse(each);
      if (!on) context.addIssue({ code: 'custom', path: [name], message: notADay({ input: name }) });
      wrong(read.error?.issues ?? [], [name]);
      for (const day of on ?? []) for (const span of read.data ?? []) week.push({ day, ...span });
    }
    if (week.length === 0 && context.issues.length === 0)
      context.addIssue({ code: 'custom', message: 'these hours never open: say when, as in mon-fri: 9:00-17:00' });
    return { zone, week, closed };
  }),
  '`zone`, days (`mon`, `mon-fri`, `daily`) with `9:00-17:00` or a list of them, and `closed` with a list of dates',
);
