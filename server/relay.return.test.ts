import { expect, test } from 'vitest';
import { atDesk, joined, quiet, startWithPeople } from './testing/people.ts';
import { fastClock } from './testing/start-relay.ts';

const dayMs = 24 * 60 * 60_000;

test('a visitor who comes back after three weeks meets the bot, and is the same one at the desk', async () => {
  const clock = fastClock(20);
  let passedMs = 0;
  await using relay = await startWithPeople({ ...clock, now: () => clock.now() + passedMs });
  const visitor = await joined(relay);
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await quiet(relay);
  const { token } = visitor;
  visitor.close();
  await relay.restart({
    meanwhile: () => {
      passedMs = 21 * dayMs;
      return Promise.resolve();
    },
  });

  const again = await relay.visit({ token });
  expect(again.transcript()).toContain('Mara Ostby: Hello, Mara here.');
  await again.say('Me again');
  await again.hears('You said: Me again');
  await quiet(relay);
  const [before, now] = relay.desk.people.threads;
  expect(now).toMatchObject({ status: 'pending', visitor: before?.visitor });
  expect(atDesk(now!)).toEqual(['visitor: Me again', 'bot: You said: Me again']);
  expect(relay.bot.asked.at(-1)).toMatchObject({ session: { seq: 1 }, skills: [] });
});
