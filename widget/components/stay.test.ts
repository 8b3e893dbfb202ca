import { expect, test } from 'vitest';
import type { Because, Handoff } from '../../shared/handoff.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import { stayAt } from './stay.ts';

const withPerson = (name: string): Handoff => ({ phase: 'human', epoch: 2, team: 'Support', agent: { name } });
const bot: Handoff = { phase: 'bot', epoch: 3 };
const waiting: Handoff = { phase: 'waiting', epoch: 1, team: 'Support', agent: null };

/** A log in which this happened, a minute apart. */
const log = (...turns: [Handoff, Because][]): LogEvent[] =>
  turns.map(([handoff, because], index) => ({ kind: 'handoff', seq: index + 1, at: index * 60_000, handoff, because }));
const names = (events: LogEvent[]) => stayAt(events).people.map(({ name }) => name);

test('nobody is here before a person has come', () => {
  expect(stayAt(log([waiting, 'queued']))).toEqual({ people: [], arrivals: 0, since: 0 });
});

test('two people who write in turn are both here, in the order in which they came, since the first came', () => {
  const events = log(
    [waiting, 'queued'],
    [withPerson('Mara'), 'joined'],
    [withPerson('Jon'), 'joined'],
    [withPerson('Mara'), 'joined'],
  );
  expect(names(events)).toEqual(['Mara', 'Jon']);
  expect(stayAt(events)).toMatchObject({ arrivals: 2, since: 60_000 });
});

test('who hands the conversation over is gone, and may come back', () => {
  const passed: [Handoff, Because][] = [
    [withPerson('Mara'), 'joined'],
    [withPerson('Jon'), 'passedOn'],
  ];
  expect(names(log(...passed))).toEqual(['Jon']);
  expect(names(log(...passed, [withPerson('Mara'), 'joined']))).toEqual(['Jon', 'Mara']);
});

test('who lets go of it is gone, and whoever follows does not take over from the assistant', () => {
  const events = log([withPerson('Mara'), 'joined'], [waiting, 'released'], [withPerson('Jon'), 'joined']);
  expect(names(events)).toEqual(['Jon']);
  expect(stayAt(events)).toMatchObject({ arrivals: 2, since: 120_000 });
});

test('the stay ends when the assistant is back', () => {
  const events = log([withPerson('Mara'), 'joined'], [bot, 'returned'], [withPerson('Jon'), 'joined']);
  expect(stayAt(events)).toMatchObject({ people: [{ name: 'Jon' }], arrivals: 1 });
});
