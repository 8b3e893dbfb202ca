import { afterEach, expect, test, vi } from 'vitest';
import { createGuard, type Guard } from './guard.ts';
import { createFakeClock } from './testing/fake-clock.ts';

let guard: Guard;
afterEach(() => guard.close());

/** A button under a guard, and a pointer. */
function stage() {
  const clock = createFakeClock();
  const box = document.createElement('div');
  const button = document.createElement('button');
  box.append(button);
  const launcher = document.createElement('button');
  launcher.getBoundingClientRect = () => new DOMRect(80, 80, 74, 56);
  guard = createGuard(box, clock, launcher);
  const pressed = vi.fn();
  button.addEventListener('click', pressed);
  const at = (type: string, x: number, y: number, detail = 1) =>
    button.dispatchEvent(new MouseEvent(type, { clientX: x, clientY: y, detail, bubbles: true, cancelable: true }));
  return {
    clock,
    pressed,
    type: () => box.dispatchEvent(new Event('input')),
    point: (x: number, y: number) => at('pointermove', x, y),
    click: (x: number, y: number, detail?: number) => at('click', x, y, detail),
  };
}

test('what appears under a resting pointer cannot be pressed by its next click', () => {
  const { point, click, pressed } = stage();
  point(100, 100);
  guard.raise();
  expect(click(101, 102)).toBe(false);
  expect(click(101, 102, 2)).toBe(false);
  expect(pressed).not.toHaveBeenCalled();
});

test('after 600 ms it can', async () => {
  const { clock, point, click, pressed } = stage();
  point(100, 100);
  guard.raise();
  await clock.pass(599);
  click(100, 100);
  expect(pressed).not.toHaveBeenCalled();
  await clock.pass(1);
  click(100, 100);
  expect(pressed).toHaveBeenCalledOnce();
});

test('a pointer that has moved on presses at once', () => {
  const { point, click, pressed } = stage();
  point(100, 100);
  guard.raise();
  click(100, 130);
  expect(pressed).toHaveBeenCalledOnce();
});

test('where nobody has followed the pointer, it is taken to rest where the launcher was, and nowhere else', () => {
  const { click, pressed } = stage();
  guard.raise();
  click(82, 130);
  expect(pressed).not.toHaveBeenCalled();
  click(78, 130);
  expect(pressed).toHaveBeenCalledOnce();
});

test('once what appeared is gone again, its place presses at once', () => {
  const { click, pressed } = stage();
  guard.raise();
  guard.lower();
  click(82, 130);
  expect(pressed).toHaveBeenCalledOnce();
});

test('a key presses at once', () => {
  const { point, click, pressed } = stage();
  point(0, 0);
  guard.raise();
  click(0, 0, 0);
  expect(pressed).toHaveBeenCalledOnce();
});

test('before anything appears, everything can be pressed', () => {
  const { click, pressed } = stage();
  click(0, 0);
  expect(pressed).toHaveBeenCalledOnce();
});

test('what was typed meanwhile can be sent at once', () => {
  const { click, type, pressed } = stage();
  guard.raise();
  type();
  click(0, 0);
  expect(pressed).toHaveBeenCalledOnce();
});
