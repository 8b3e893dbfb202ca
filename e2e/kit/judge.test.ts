import { expect, test } from 'vitest';
import { describeViolations, judge, type Evidence } from './judge.ts';

const words = ['one', 'two', 'three', 'four'];
const fine: Evidence = {
  sent: words.map((text) => ({ text, acknowledged: true })),
  spoken: [
    { text: 'hello', certain: true },
    { text: 'goodbye', certain: true },
  ],
  view: ['one', 'hello', 'two', 'three', 'goodbye', 'four'],
  desk: ['one', 'two', 'hello', 'something else', 'three', 'four', 'goodbye'],
};

test('all there, once and in order, on both sides: nothing to say, however the two sides interleave', () => {
  expect(judge(fine)).toEqual([]);
  expect(describeViolations([])).toBe('0 lost, 0 doubled, 0 reordered');
});

test('an acknowledged word that is missing at the desk, or at the visitor, is lost', () => {
  expect(judge({ ...fine, desk: fine.desk.filter((each) => each !== 'three') })).toEqual([
    { kind: 'lost', where: 'desk', text: 'three' },
  ]);
  expect(judge({ ...fine, view: fine.view.filter((each) => each !== 'three') })).toEqual([
    { kind: 'lost', where: 'visitor', text: 'three' },
  ]);
});

test("an agent's word that the visitor never sees is lost", () => {
  expect(judge({ ...fine, view: fine.view.filter((each) => each !== 'hello') })).toEqual([
    { kind: 'lost', where: 'visitor', text: 'hello' },
  ]);
});

test('a word that is there twice is doubled, and says nothing of the order', () => {
  expect(judge({ ...fine, desk: [...fine.desk, 'one'] })).toEqual([{ kind: 'doubled', where: 'desk', text: 'one' }]);
  expect(judge({ ...fine, view: ['hello', ...fine.view] })).toEqual([
    { kind: 'doubled', where: 'visitor', text: 'hello' },
  ]);
});

test('words of one author that changed places are reordered', () => {
  expect(judge({ ...fine, desk: ['one', 'three', 'two', 'four', 'hello', 'goodbye'] })).toEqual([
    { kind: 'reordered', where: 'desk', text: 'two' },
  ]);
  expect(judge({ ...fine, view: ['goodbye', 'hello', ...words] })).toEqual([
    { kind: 'reordered', where: 'visitor', text: 'hello' },
  ]);
});

test('a word that was not acknowledged may be there or not, and still not twice', () => {
  const sent = words.map((text) => ({ text, acknowledged: text !== 'four' }));
  const without = (there: readonly string[]) => there.filter((each) => each !== 'four');
  expect(judge({ ...fine, sent })).toEqual([]);
  expect(judge({ ...fine, sent, view: without(fine.view), desk: without(fine.desk) })).toEqual([]);
  expect(judge({ ...fine, sent, desk: [...fine.desk, 'four'] })).toEqual([
    { kind: 'doubled', where: 'desk', text: 'four' },
  ]);
});

test('what was found is told in a line', () => {
  expect(describeViolations(judge({ ...fine, desk: ['two', 'one', 'four', 'four', 'hello', 'goodbye'] }))).toBe(
    '1 lost (desk: three), 1 doubled (desk: four), 1 reordered (desk: one)',
  );
});
