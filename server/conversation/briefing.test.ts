import { expect, test } from 'vitest';
import type { Message } from '../../shared/message.ts';
import { briefing } from './briefing.ts';

const message = (kind: 'visitor' | 'bot' | 'agent', text: string, more: Partial<Message> = {}): Message => ({
  id: text.slice(0, 10) || 'none',
  author: kind === 'agent' ? { kind, name: 'Mara Ostby' } : { kind },
  text,
  at: 0,
  ...more,
});

test('a line for each who spoke, without what a bot must not know', () => {
  const said = [
    message('visitor', 'My card is 4111 1111 1111 1111,\nmail me at ada@mail.example'),
    message('bot', 'late'),
    message('agent', 'We send a new lamp on Monday.'),
    message('agent', '', { files: [{ name: 'label.pdf', type: 'application/pdf', url: 'x' }] }),
    message('visitor', '', { deleted: true }),
  ];
  expect(briefing(said)).toBe(
    'Visitor: My card is [card], mail me at [e-mail]\nMara Ostby: We send a new lamp on Monday.\nMara Ostby: [file]',
  );
});

test('of much that was said, the newest stays, and a long message is cut', () => {
  const said = Array.from({ length: 100 }, (_, at) => message('visitor', `${at} ${'lamp '.repeat(200)}`));
  const lines = briefing(said).split('\n');
  expect(lines[0]).toBe('…');
  expect(lines.at(-1)).toMatch(/^Visitor: 99 /);
  expect(lines.at(-1)).toHaveLength('Visitor: '.length + 401);
  expect(briefing(said).length).toBeLessThanOrEqual(4_002);
});

test('nothing said is an empty briefing', () => expect(briefing([])).toBe(''));
