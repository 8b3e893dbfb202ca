import { expect, test } from 'vitest';
import { watchKeys } from './keys.ts';

function stage() {
  const corner = document.createElement('div');
  const button = document.createElement('button');
  const field = document.createElement('textarea');
  corner.append(button, field);
  const close = watchKeys(corner);
  const press = (element: Element, type: string, key: string) => {
    element.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true }));
    return 'keys' in corner.dataset;
  };
  return { button, field, close, press, corner };
}

test('Tab and arrows say that the visitor goes by keys; a pointer says that they do not', () => {
  const { button, field, press, corner } = stage();
  expect(press(button, 'keydown', 'a')).toBe(false);
  expect(press(field, 'keyup', 'Tab')).toBe(true);
  button.dispatchEvent(new Event('pointerdown', { bubbles: true }));
  expect('keys' in corner.dataset).toBe(false);
  expect(press(button, 'keydown', 'ArrowUp')).toBe(true);
});

test('an arrow within the text only moves the caret', () => {
  const { field, press } = stage();
  expect(press(field, 'keydown', 'ArrowLeft')).toBe(false);
});

test('once it is over nothing is marked', () => {
  const { button, close, press } = stage();
  close();
  expect(press(button, 'keydown', 'Tab')).toBe(false);
});
