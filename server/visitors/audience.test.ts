import type { Socket } from 'socket.io';
import { expect, test } from 'vitest';
import { silent } from '../log.ts';
import { createAudience } from './audience.ts';

/** As much of a socket as an audience looks at; `waiting` is what its connection has not taken yet. */
function listener(waiting = 0) {
  const heard: unknown[] = [];
  const socket = {
    conn: { writeBuffer: Array.from({ length: waiting }) },
    emit: (_name: string, news: unknown) => heard.push(news),
    disconnect: () => (isThere = false),
  };
  let isThere = true;
  return {
    // The rest of a socket is of no interest here.
    socket: socket as unknown as Socket,
    heard,
    isThere: () => isThere,
  };
}

const news = { author: { kind: 'bot' }, on: true } as const;

test('whoever follows a conversation hears of it, and nobody else; whoever left hears no more', () => {
  const audience = createAudience(silent);
  const [one, two, other] = [listener(), listener(), listener()];
  audience.join('a', one.socket);
  audience.join('a', one.socket);
  audience.join('a', two.socket);
  audience.join('b', other.socket);
  audience.tell('a', 'typing', news);
  audience.leave(two.socket);
  audience.leave(two.socket);
  audience.tell('a', 'typing', news);
  expect([one, two, other].map(({ heard }) => heard.length)).toEqual([2, 1, 0]);
  expect([audience.count('a'), audience.count('b'), audience.count('c')]).toEqual([1, 1, 0]);
});

test('who follows another conversation from now on follows the first no more', () => {
  const audience = createAudience(silent);
  const one = listener();
  audience.join('a', one.socket);
  audience.join('b', one.socket);
  audience.tell('a', 'typing', news);
  expect([one.heard.length, audience.count('a'), audience.count('b')]).toEqual([0, 0, 1]);
});

test('a browser that reads nothing is let go of, and the others hear on', () => {
  const audience = createAudience(silent);
  const [slow, good] = [listener(201), listener(3)];
  audience.join('a', slow.socket);
  audience.join('a', good.socket);
  audience.tell('a', 'typing', news);
  expect([slow.isThere(), slow.heard.length, good.isThere(), good.heard.length]).toEqual([false, 0, true, 1]);
});
