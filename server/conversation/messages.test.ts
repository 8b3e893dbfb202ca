import { expect, test } from 'vitest';
import { takeDecisions } from '../testing/decisions.ts';
import { botAnswered } from './conversation.ts';
import { forgetMessage } from './messages.ts';

test('a message that is deleted is gone from all that points at it or was made from it', () => {
  const one = takeDecisions();
  one.writes('a');
  one.decide((draft, context) =>
    botAnswered(draft, context, one.row('turn'), {
      messages: [{ text: 'Hm' }],
      context: { heard: 'a' },
      skills: [{ name: 'shop.Return', slots: { lamp: 'a' } }],
      handoff: { reason: 'hard', summary: 'about a', attributes: { order: 'a' } },
    }),
  );
  one.writes('b');
  const changes = one.decide((draft, context) => {
    forgetMessage(draft, context, 'a');
    return draft.changes();
  });
  expect(changes).toMatchObject({ blank: ['a'], entries: [{ event: { kind: 'deletion', id: 'a' } }] });
  const { bot, handoff, notes, deleted } = one.state;
  expect(bot).toMatchObject({ context: {}, skills: [{ name: 'shop.Return', slots: {} }] });
  expect(handoff).toMatchObject({ wish: { summary: null } });
  expect(handoff).not.toHaveProperty('wish.attributes');
  expect(Object.values(notes)).toMatchObject([{ summary: null, told: '' }]);
  expect(deleted).toEqual(['a']);
  expect(one.waiting.map(([id]) => id)).toContain('b');
  expect(one.waiting.map(([id]) => id)).not.toContain('a');
});
