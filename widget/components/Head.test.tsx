import { cleanup, render, screen } from '@testing-library/preact';
import { createRef } from 'preact';
import { afterEach, expect, test } from 'vitest';
import type { Handoff } from '../../shared/handoff.ts';
import type { SiteInfo } from '../../shared/protocol.ts';
import { words as ar } from '../text/ar.ts';
import { words as en } from '../text/en.ts';
import type { Words } from '../text/words.ts';
import { Head } from './Head.tsx';
import { noStay } from './stay.ts';

afterEach(cleanup);

const bot: Handoff = { phase: 'bot', epoch: 0 };
const mara = { name: 'Mara Ostby', picture: 'faces/mara.png', team: 'Orders' };
const jon = { name: 'Jon Abara', hue: 4, team: 'Workshop' };
const human: Handoff = { phase: 'human', epoch: 1, team: 'Workshop', agent: { name: jon.name } };
const site: SiteInfo = { name: 'A shop', intro: 'Ask.', greeting: '', suggestions: [], now: 0 };

function show(props: Partial<Parameters<typeof Head>[0]> = {}, words: Words = en) {
  return render(
    <Head
      handoff={bot}
      stay={noStay}
      cover={null}
      isEmpty={false}
      isShut={false}
      words={words}
      title={createRef()}
      onClose={() => {}}
      {...props}
    />,
  ).container;
}
const marks = (drawn: Element) => [...drawn.querySelectorAll<HTMLElement>('.mark')].map((it) => it.dataset['kind']);

test('the head is no landmark of the page', () => {
  show();
  expect(screen.queryByRole('banner')).toBeNull();
  expect(screen.getByRole('heading', { name: 'Assistant' })).toBeTruthy();
});

test('the cover says who comes when asked; where nobody can, it does not', () => {
  show({ cover: site });
  expect(screen.getByText('A person')).toBeTruthy();
  cleanup();
  const drawn = show({ cover: { ...site, handoff: 'off' } });
  expect(screen.queryByText('A person')).toBeNull();
  expect(screen.getByText('answers now, automatically')).toBeTruthy();
  expect(drawn.querySelector('.pass')).toBeNull();
});

test('two people who answer are both in the head, with both teams', () => {
  const drawn = show({ handoff: human, stay: { people: [mara, jon], arrivals: 2, since: 0 } });
  expect(screen.getByRole('heading').textContent).toBe('Mara Ostby and Jon Abara');
  expect(drawn.querySelector('p')?.textContent).toBe('Orders, Workshop');
  expect(marks(drawn)).toEqual(['agent', 'agent']);
});

test('names keep their direction and stay whole in an Arabic head', () => {
  show({ handoff: human, stay: { people: [mara, jon], arrivals: 2, since: 0 } }, ar);
  const names = [...screen.getByRole('heading').querySelectorAll('bdi.name')];
  expect(names.map((it) => it.textContent)).toEqual(['Mara Ostby', 'Jon Abara']);
});

test('before anybody has spoken the site introduces itself, with the pass between assistant and person', () => {
  const drawn = show({ cover: site });
  expect(screen.getByRole('heading').textContent).toBe('A shop');
  expect(drawn.textContent).toContain('Ask.');
  expect(marks(drawn)).toEqual(['bot', 'seat']);
  expect(drawn.querySelector('.pass')?.getAttribute('data-at')).toBe('bot');
});

test('before the relay has answered nobody is said to answer', () => {
  const drawn = show({ isEmpty: true });
  expect(drawn.querySelectorAll('.bone')).toHaveLength(3);
  expect(drawn.textContent).not.toMatch(/assistant/i);
  expect(drawn.querySelector('.head')?.getAttribute('data-held')).toBe('no');
  expect(screen.getByRole('heading', { name: 'Chat' })).toBeTruthy();
});
