import { cleanup, fireEvent, render } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { hueOf, initials, Mark, Pictures, type Who } from './Mark.tsx';

afterEach(cleanup);

const show = (who: Who, logo?: string) =>
  render(
    <Pictures.Provider value={{ relay: 'https://relay.example/', logo }}>
      <Mark who={who} />
    </Pictures.Provider>,
  ).container;

test.each([
  ['Mara Ostby', 'MO'],
  ['Zoë', 'Z'],
  ['  Jean-Luc de la Tour ', 'JT'],
  ['مارا أوستبي', 'مأ'],
  ['***', ''],
])('%s has the initials %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('a person without a picture is drawn with initials, in the desk’s colour or one that the name always has', () => {
  const mark = (who: Who) => show(who).querySelector<HTMLElement>('.mark');
  expect(mark({ kind: 'agent', name: 'Jon Abara', hue: 4 })?.dataset['hue']).toBe('4');
  expect(mark({ kind: 'agent', name: 'Mara Ostby' })?.dataset['hue']).toBe(String(hueOf('Mara Ostby')));
  const hues = ['Mara Ostby', 'Jon Abara', 'Wim Peeters', 'Asha Rao', 'A', 'مارا'].map(hueOf);
  for (const hue of hues) expect([1, 2, 3, 4, 5, 6]).toContain(hue);
  expect(new Set(hues).size).toBeGreaterThan(2);
});

test('a picture comes from the relay, and initials stand in its place where it does not come', () => {
  const drawn = show({ kind: 'agent', name: 'Mara Ostby', picture: 'faces/1.png' });
  const picture = drawn.querySelector('img');
  expect(picture?.src).toBe('https://relay.example/faces/1.png');
  expect(picture?.alt).toBe('');
  if (picture) fireEvent.error(picture);
  expect(drawn.querySelector('img')).toBeNull();
  expect(drawn.textContent).toBe('MO');
});

test('an address that is none on the web is no picture', () => {
  expect(show({ kind: 'agent', name: 'Mara', picture: 'javascript:alert(1)' }).querySelector('img')).toBeNull();
});

test('a site’s logo fills the assistant’s square', () => {
  expect(show({ kind: 'bot' }, '/logo.svg').querySelector('img')?.src).toBe('https://relay.example/logo.svg');
  expect(show({ kind: 'bot' }).querySelector('svg')).toBeTruthy();
});
