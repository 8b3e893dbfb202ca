import { expect, test } from 'vitest';
import { createAudience } from './audience.ts';
import type { Listener } from './wire.ts';

/** As much of a socket as an audience looks at. */
function listener() {
  const heard: unknown[] = [];
  const socket = { emit: (_name: string, news: unknown) => heard.push(news) };
  // The rest of a socket is of no interest here.
  return { socket: socket as unknown as Listener, heard };
}

const news = () => ({ author: { kind: 'bot' }, on: true }) as const;

test('whoever follows a conversation hears of it, and nobody else; whoever left hears no more', () => {
  const audience = createAudience();
  const [one, two, other] = [listener(), listener(), listener()];
  audience.join('a', one.socket, { language: 'en', version: 2 });
  audience.join('a', one.socket, { language: 'en', version: 2 });
  audience.join('a', two.socket, { language: 'en', version: 2 });
  audience.join('b', other.socket, { language: 'en', version: 2 });
  audience.tell('a', 'typing', news);
  audience.leave(two.socket);
  audience.leave(two.socket);
  audience.tell('a', 'typing', news);
  expect([one, two, other].map(({ heard }) => heard.length)).toEqual([2, 1, 0]);
  expect([audience.count('a'), audience.count('b'), audience.count('c')]).toEqual([1, 1, 0]);
});

test('who follows another conversation from now on follows the first no more', () => {
  const audience = createAudience();
  const one = listener();
  audience.join('a', one.socket, { language: 'en', version: 2 });
  audience.join('b', one.socket, { language: 'en', version: 2 });
  audience.tell('a', 'typing', news);
  expect([one.heard.length, audience.count('a'), audience.count('b')]).toEqual([0, 0, 1]);
});

test('each of them hears it in a language of their own', () => {
  const audience = createAudience();
  const [one, other] = [listener(), listener()];
  audience.join('a', one.socket, { language: 'de', version: 2 });
  audience.join('a', other.socket, { language: 'ar', version: 2 });
  audience.tell('a', 'token', ({ language }) => ({ token: language }));
  expect([one.heard, other.heard]).toEqual([[{ token: 'de' }], [{ token: 'ar' }]]);
});
