import { expect, test, vi } from 'vitest';
import { fetchLater } from './later.ts';
import { drawnMs } from './clock.ts';
import { createFakeClock } from './testing/fake-clock.ts';

function stage(answers: ('fails' | 'comes')[]) {
  const clock = createFakeClock();
  const root = document.createElement('div').attachShadow({ mode: 'open' });
  const load = vi.fn(async () => {
    await Promise.resolve();
    if (answers.shift() === 'fails') throw new Error('no connection');
    return { css: 'p { color: red }' };
  });
  return { clock, root, load, later: fetchLater(load, { root, clock }) };
}

test('what does not come is fetched again until it does, and brings its styles once', async () => {
  const { clock, root, load, later } = stage(['fails', 'fails', 'comes']);
  expect(later.part.value).toBeNull();
  expect(load).not.toHaveBeenCalled();
  await clock.pass(drawnMs + 2_000);
  expect(later.part.value).toBeNull();
  await clock.pass(2_000);
  expect(later.part.value).toMatchObject({ css: 'p { color: red }' });
  await clock.pass(60_000);
  expect(load).toHaveBeenCalledTimes(3);
  expect(root.adoptedStyleSheets).toHaveLength(1);
});

test('once the panel is gone nothing is fetched any more', async () => {
  const { clock, load, later } = stage(['fails', 'comes']);
  await clock.pass(drawnMs);
  later.close();
  await clock.pass(60_000);
  expect(load).toHaveBeenCalledTimes(1);
});
