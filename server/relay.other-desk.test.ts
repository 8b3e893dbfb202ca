import { describe, expect, test } from 'vitest';
import { openMemory } from './desks/memory/memory-desk.ts';
import { atDesk, isMirrored, joined, mara, quiet, startWithPeople, teams } from './testing/people.ts';

/* Threads that are not there any more: another desk, or a thread that is gone. */

describe('another desk', () => {
  test('with the same data means new threads: nothing of the old one is believed, and nobody is lost', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    const { token } = visitor;
    const old = relay.desk;
    await relay.restart({ desk: openMemory({ home: 'elsewhere', teams }) });
    const again = await relay.visit({ token });
    await again.say('Still there?');
    await again.hears('[deskGone]');
    await again.hears('You said: Still there?');
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread())).toEqual(['visitor: Still there?', 'bot: You said: Still there?']);
    old.people.say(mara, 'I am still here');
    expect(isMirrored(old, 'Still there?')).toBe(false);
  });

  test('takes over what the old one had not taken', async () => {
    await using relay = await startWithPeople();
    relay.desk.people.away(true);
    const visitor = await relay.visit();
    await visitor.say('Hi');
    await visitor.hears('You said: Hi');
    await relay.restart({ desk: openMemory({ home: 'elsewhere', teams }) });
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread()).slice(1)).toEqual(['visitor: Hi', 'bot: You said: Hi']);
  });
});

test('a thread that is gone ends with a word to the visitor; the log stays, and a new thread takes what it had not', async () => {
  await using relay = await startWithPeople();
  const visitor = await joined(relay);
  const before = visitor.events.size;
  relay.desk.people.quiet(true);
  relay.desk.people.destroy();
  relay.desk.people.quiet(false);
  await visitor.say('Hello?');
  await visitor.hears('[deskGone]');
  await visitor.hears('You said: Hello?');
  await visitor.say('Anybody?');
  await visitor.hears('You said: Anybody?');
  await quiet(relay);
  expect(visitor.events.size).toBeGreaterThan(before);
  const [, next] = relay.desk.people.threads;
  expect(atDesk(next!)).toEqual([
    'visitor: Hello?',
    'bot: You said: Hello?',
    'visitor: Anybody?',
    'bot: You said: Anybody?',
  ]);
});
