import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import type { ComponentProps } from 'preact';
import { afterEach, expect, test, vi } from 'vitest';
import type { Handoff } from '../../shared/handoff.ts';
import type { Author, Message } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import { words as ar } from '../text/ar.ts';
import { words as en } from '../text/en.ts';
import { Transcript } from './Transcript.tsx';

afterEach(cleanup);

const visitor: Author = { kind: 'visitor' };
const bot: Author = { kind: 'bot' };
const mara: Author = { kind: 'agent', name: 'Mara Ostby', team: 'Orders' };
const jon: Author = { kind: 'agent', name: 'Jon Abara', team: 'Workshop' };
const start = new Date(2026, 10, 19, 14, 30).getTime();

type Said = [minute: number, author: Author, text: string, more?: Partial<Message>];
type Turned = [minute: number, handoff: Handoff, because: Extract<LogEvent, { kind: 'handoff' }>['because']];

/** A log of what was said and who took over, with the minutes after half past two. */
function show(log: (Said | Turned)[], props: Partial<ComponentProps<typeof Transcript>> = {}) {
  const events = log.map((entry, index): LogEvent => {
    const seq = index + 1;
    const at = start + entry[0] * 60_000;
    if ('phase' in entry[1]) {
      const [, handoff, because] = entry as Turned;
      return { kind: 'handoff', seq, at, handoff, because };
    }
    const [, author, text, more] = entry as Said;
    return { kind: 'message', seq, message: { id: `m${seq}`, author, text, at, ...more } };
  });
  const on = { choose: vi.fn(), retry: vi.fn(), remove: vi.fn(), copy: vi.fn() };
  const drawn = render(
    <Transcript
      events={events}
      unsent={[]}
      site={null}
      words={en}
      relay="https://relay.example/"
      today={start}
      canChoose
      stateOf={() => 'sending'}
      undelivered={new Set()}
      mending={new Map()}
      typing={null}
      copied={null}
      on={on}
      {...props}
    />,
  ).container;
  const texts = (selector: string) => [...drawn.querySelectorAll(selector)].map((it) => it.textContent);
  return { drawn, on, texts };
}
const withPerson = (author: Author): Handoff => ({
  phase: 'human',
  epoch: 1,
  team: 'Orders',
  agent: { name: author.kind === 'agent' ? author.name : '' },
});

test('a name stands only where another one answers than before, and a team only with its first mention', () => {
  const { texts } = show([
    [0, bot, 'Hello.'],
    [1, visitor, 'Hi.'],
    [1, bot, 'Which lamp?'],
    [2, visitor, 'A person, please.'],
    [3, mara, 'Hello.'],
    [3, mara, 'Which lamp?'],
    [4, visitor, 'The Heron.'],
    [5, mara, 'I see.'],
    [6, jon, 'Moss, was it?'],
    [7, mara, 'It was.'],
  ]);
  expect(texts('.by')).toEqual(['Assistantautomatic', 'Mara OstbyOrders', 'Jon AbaraWorkshop', 'Mara Ostby']);
  expect(screen.queryByText('You')).toBeNull();
});

test('the assistant is named again when it is back', () => {
  const { texts } = show([
    [0, bot, 'Hello.'],
    [1, withPerson(mara), 'joined'],
    [2, { phase: 'bot', epoch: 2 }, 'returned'],
    [3, bot, 'Hello again.'],
  ]);
  expect(texts('.by')).toHaveLength(2);
});

test('people’s times stand under each group, all others only where a pointer or a tap asks', () => {
  const { drawn, texts } = show([
    [0, bot, 'Hello.'],
    [1, visitor, 'Hi.'],
    [2, mara, 'Hello.'],
    [3, mara, 'Which lamp?'],
    [4, visitor, 'The Heron.'],
    [20, mara, 'I see.'],
  ]);
  expect(texts('.meta')).toEqual(['14:33', '14:50']);
  expect(texts('.when')).toEqual(['14:31', '14:32', '14:34']);
  const [article] = screen.getAllByRole('article', { name: 'You, 14:31' });
  if (!article) throw new Error('the visitor has said something');
  fireEvent.click(article);
  expect(article.hasAttribute('data-shown')).toBe(true);
  fireEvent.click(article);
  expect(article.hasAttribute('data-shown')).toBe(false);
  // One face a group.
  expect(drawn.querySelectorAll('.msg > .mark')).toHaveLength(2);
});

test('under the visitor’s newest words stands that they were sent, until they are answered', () => {
  const said: Said[] = [
    [0, visitor, 'Hi.'],
    [1, visitor, 'Hello?'],
  ];
  expect(show(said).texts('.meta')).toEqual(['Sent 14:31']);
  cleanup();
  expect(show([...said, [2, bot, 'Hello.']]).texts('.meta')).toEqual([]);
});

test('of messages that are kept the last one says so', () => {
  const entry = (id: string) => ({ id, kind: 'message' as const, text: id, at: start });
  const { texts } = show([], { unsent: [entry('one'), entry('two')], stateOf: () => 'kept' });
  expect(texts('.meta')).toEqual(['Kept, goes out when you are back']);
});

test('an answer can be copied; only the newest one without replies shows that at rest', () => {
  const choices = [{ title: 'Yes', value: 'yes' }];
  const { texts, on } = show([
    [0, bot, 'One.'],
    [1, visitor, 'And?'],
    [2, bot, 'Two.'],
  ]);
  expect(texts('.tools[data-at=rest]')).toEqual(['14:32Copy']);
  const [, last] = screen.getAllByRole('button', { name: 'Copy' });
  last?.click();
  expect(on.copy).toHaveBeenCalledWith(expect.objectContaining({ text: 'Two.' }));
  cleanup();
  expect(show([[2, bot, 'Two.', { choices }]]).texts('.tools[data-at=rest]')).toEqual([]);
  cleanup();
  expect(show([[2, bot, 'Two.']], { canChoose: false }).texts('.tools[data-at=rest]')).toEqual([]);
  cleanup();
  expect(show([[2, bot, 'Two.']], { copied: 'm1' }).texts('.tools button')).toEqual(['Copied']);
});

test('who comes to another one came in too, and is not told of twice; who takes over from another one was passed to', () => {
  const { texts, drawn } = show([
    [0, withPerson(mara), 'joined'],
    [1, withPerson(jon), 'joined'],
    [2, withPerson(mara), 'joined'],
    [3, withPerson(jon), 'joined'],
    [4, withPerson({ ...jon, name: 'Wim Peeters' }), 'passedOn'],
  ]);
  expect(texts('.notice')).toEqual([
    'Mara Ostby joined · 14:30',
    'Jon Abara came in too · 14:31',
    'Jon Abara passed you to Wim Peeters · 14:34',
  ]);
  const glyphs = [...drawn.querySelectorAll('.glyph')];
  expect(glyphs.map((it) => `${it.firstElementChild?.getAttribute('rx')} ${it.getAttribute('data-at')}`)).toEqual([
    '4 agent', // square, bar, circle
    '7 out', // circle, bar between, circle
    '7 agent', // circle, bar, circle
  ]);
});

test('in an Arabic notice names and times stand for themselves', () => {
  const { drawn } = show([[0, withPerson(mara), 'joined']], { words: ar });
  const notice = drawn.querySelector('.notice');
  expect(notice?.querySelector('bdi.name')?.textContent).toBe('Mara Ostby');
  expect(notice?.querySelector('time')?.textContent).toBe('14:30');
});

test('a reply that is the dock’s own button is not offered a second time', () => {
  const choices = [
    { title: 'Which lamps are there', value: 'lamps' },
    { title: 'Talk to a person', value: 'person' },
  ];
  const { texts } = show([[0, bot, 'I do not know.', { choices }]]);
  expect(texts('.replies .btn')).toEqual(['Which lamps are there']);
});
