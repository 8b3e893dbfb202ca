import { expect, test } from 'vitest';
import type { LogEvent } from '../kit/visitor.ts';
import { describe, judge, type Testimony } from './judge.ts';

const says = (seq: number, kind: string, text: string): LogEvent => ({
  seq,
  kind: 'message',
  message: { id: `m${seq}`, at: seq, text, author: { kind } },
});
const becomes = (seq: number, phase: string, because: string): LogEvent => ({
  seq,
  kind: 'handoff',
  at: seq,
  handoff: { phase },
  because,
});

const log: LogEvent[] = [
  says(1, 'bot', 'Hello.'),
  says(2, 'visitor', 'v1.1'),
  says(3, 'visitor', 'v1.2'),
  says(4, 'bot', 'b1: v1.1 v1.2'),
  becomes(5, 'transferring', 'connecting'),
  becomes(6, 'waiting', 'queued'),
  says(7, 'visitor', 'v1.3'),
  becomes(8, 'human', 'joined'),
  says(9, 'agent', 'a1.1'),
  says(10, 'agent', 'a1.2'),
  becomes(11, 'bot', 'returned'),
  says(12, 'visitor', 'v1.4'),
  says(13, 'bot', 'b2: v1.4'),
];
const texts = ['v1.1', 'v1.2', 'b1: v1.1 v1.2', 'v1.3', 'a1.1', 'a1.2', 'v1.4', 'b2: v1.4'];
const fine: Testimony = {
  name: '1',
  sent: ['v1.1', 'v1.2', 'v1.3', 'v1.4'].map((text) => ({ text, acknowledged: true })),
  spoken: ['a1.1', 'a1.2'].map((text) => ({ thread: 1, text, certain: true })),
  log,
  tabs: [{ name: 'first tab', events: log, changed: [] }],
  desk: texts.map((text, index) => ({ thread: index < 6 ? 1 : 2, text })),
  open: [],
  undone: [],
};

const without = <T extends { text: string }>(list: readonly T[], text: string) =>
  list.filter((each) => each.text !== text);
/** The same log with one event less, numbered without a gap. */
const logWithout = (text: string) =>
  log.filter(({ message }) => message?.text !== text).map((event, index) => ({ ...event, seq: index + 1 }));
/** The log is as it is said here, and the tab shows the same. */
const withLog = (changed: LogEvent[]): Testimony => ({
  ...fine,
  log: changed,
  tabs: [{ name: 'first tab', events: changed, changed: [] }],
});
const lines = (of: Testimony) => judge(of).map(describe);

test('all there, once and in order, at every place: nothing to say', () => {
  expect(judge(fine)).toEqual([]);
});

test('an acknowledged word that is not in the log is lost', () => {
  expect(lines(withLog(logWithout('v1.3')))).toContain('lost, visitor 1, log: “v1.3”');
});

test("an agent's word that is not in the log is lost", () => {
  expect(lines(withLog(logWithout('a1.1')))).toEqual(['lost, visitor 1, log: “a1.1”']);
});

test('a word that was not acknowledged is missing from nowhere, but it is stuck', () => {
  const sent = [...fine.sent, { text: 'v1.5', acknowledged: false }];
  expect(lines({ ...fine, sent })).toEqual(['stuck, visitor 1, visitor: “v1.5” was never acknowledged']);
});

test('an agent’s word of which the desk has not answered may be there or not', () => {
  expect(judge({ ...fine, spoken: [...fine.spoken, { thread: 1, text: 'a1.3', certain: false }] })).toEqual([]);
});

test('a number of the log that is missing is lost', () => {
  const gap = log.filter(({ seq }) => seq !== 5);
  expect(lines(withLog(gap))).toContain('lost, visitor 1, log: number 5 is missing');
});

test('a word that the desk does not have is lost, the bot’s too', () => {
  for (const text of ['v1.3', 'b1: v1.1 v1.2'])
    expect(lines({ ...fine, desk: without(fine.desk, text) })).toEqual([`lost, visitor 1, desk: “${text}”`]);
});

test('a word that stands twice is doubled, in the log and at the desk, in whichever threads', () => {
  expect(lines({ ...fine, desk: [...fine.desk, { thread: 2, text: 'v1.1' }] })).toEqual([
    'doubled, visitor 1, desk: “v1.1”',
  ]);
  expect(lines(withLog([...log, says(14, 'agent', 'a1.1')]))).toEqual(['doubled, visitor 1, log: “a1.1”']);
});

test('words that changed places are reordered: in the log, and at the desk, visitor’s and bot’s together', () => {
  const desk = [fine.desk[0], fine.desk[2], fine.desk[1], ...fine.desk.slice(3)].flatMap((each) => each ?? []);
  expect(lines({ ...fine, desk })).toEqual(['reordered, visitor 1, desk: “v1.2”']);
  const turned = { ...fine, spoken: [...fine.spoken].reverse() };
  expect(lines(turned)).toEqual(['reordered, visitor 1, log: “a1.2”']);
});

test('agents’ words of two threads have no order', () => {
  const [first, second] = fine.spoken;
  if (!first || !second) throw new Error('there are two');
  expect(judge({ ...fine, spoken: [second, { ...first, thread: 2 }] })).toEqual([]);
});

test('a word at the desk that the log does not have is different', () => {
  expect(lines({ ...fine, desk: [...fine.desk, { thread: 2, text: 'b3: v1.4' }] })).toEqual([
    'different, visitor 1, desk: “b3: v1.4” stands in thread 2 and not in the log',
  ]);
});

test('what a tab does not show is lost there, what it shows instead is different', () => {
  const tab = (events: LogEvent[], changed: string[] = []) => ({
    ...fine,
    tabs: [{ name: 'second tab', events, changed }],
  });
  expect(lines(tab(log.filter(({ seq }) => seq !== 9)))).toEqual([
    'lost, visitor 1, second tab: “a1.1”, number 9, is not shown',
  ]);
  expect(lines(tab(log.slice(0, -1)))).toEqual(['lost, visitor 1, second tab: “b2: v1.4”, number 13, is not shown']);
  expect(lines(tab(log.map((event) => (event.seq === 9 ? says(9, 'agent', 'a1.2') : event))))).toEqual([
    'different, visitor 1, second tab: number 9 is “a1.1”, and it shows “a1.2”',
  ]);
  expect(lines(tab([...log, says(14, 'agent', 'a1.9')]))).toEqual([
    'different, visitor 1, second tab: “a1.9”, number 14, is shown and not in the log',
  ]);
  expect(lines(tab(log, ['3: message x 1 → message y 2']))[0]).toContain('two things under one number');
});

test('a bot that speaks while people have the conversation, or while nobody has it, is out of turn', () => {
  const late = log.map((event) => (event.seq === 9 ? says(9, 'bot', 'b9:') : event));
  const lost = { ...withLog(late), spoken: fine.spoken.slice(1) };
  expect(
    lines({
      ...lost,
      desk: [...without(fine.desk, 'a1.1').slice(0, 4), { thread: 1, text: 'b9:' }, ...fine.desk.slice(6)],
    }),
  ).toEqual([
    'spoken out of turn, visitor 1, log: “b9:”: the bot spoke while people have the conversation (human), number 9',
  ]);
});

test('a word that the bot answers twice is doubled', () => {
  const twice = {
    ...withLog([...log, says(14, 'bot', 'b3: v1.4')]),
    desk: [...fine.desk, { thread: 2, text: 'b3: v1.4' }],
  };
  expect(lines(twice)).toEqual(['doubled, visitor 1, log: “v1.4”: answered by “b2: v1.4” and by “b3: v1.4”']);
});

test('what waits for ever is stuck: work of the relay, a handoff, an answer of the bot, people without a thread', () => {
  expect(lines({ ...fine, undone: ['told up to 3 of 5'] })).toEqual(['stuck, visitor 1, relay: told up to 3 of 5']);
  expect(lines(withLog([...log, becomes(14, 'transferring', 'connecting')]))).toEqual([
    'stuck, visitor 1, log: the handoff is under way and does not end',
  ]);
  const asked = {
    ...withLog([...log, says(14, 'visitor', 'v1.5')]),
    desk: [...fine.desk, { thread: 2, text: 'v1.5' }],
  };
  expect(lines({ ...asked, sent: [...fine.sent, { text: 'v1.5', acknowledged: true }] })).toEqual([
    'stuck, visitor 1, bot: “v1.5” is not answered',
  ]);
  const owned = withLog([...log, becomes(14, 'waiting', 'queued')]);
  expect(lines(owned)).toEqual(['stuck, visitor 1, desk: people have it, and no thread is open']);
  expect(lines({ ...owned, open: [2] })).toEqual([]);
});

test('a bot that has failed has answered', () => {
  const failed = { ...withLog([...log, says(14, 'visitor', 'v1.5'), { seq: 15, kind: 'botFailed', at: 15 }]) };
  const sent = [...fine.sent, { text: 'v1.5', acknowledged: true }];
  expect(lines({ ...failed, sent, desk: [...fine.desk, { thread: 2, text: 'v1.5' }] })).toEqual([]);
});
