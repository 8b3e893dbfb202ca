import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { hostCheck } from './host.ts';
import { createSandbox } from './server.ts';

test.each<[string | undefined, boolean]>([
  ['localhost', true],
  ['localhost:4001', true],
  ['LOCALHOST:4001', true],
  ['127.0.0.1:4001', true],
  ['[::1]:4001', true],
  ['192.168.1.7:4001', true],
  ['desk:4001', true],
  ['evil.example', false],
  ['localhost.evil.example:4001', false],
  ['127.0.0.1.evil.example', false],
  ['evil.example@localhost', true], // no browser sends it, and it leads here
  ['', false],
  [undefined, false],
])('called %s it answers: %s', (host, expected) => expect(hostCheck(['desk'])(host)).toBe(expected));

test('a page that lets its own name lead to this machine reads no token, and hears no frame', async () => {
  await using sandbox = await createSandbox();
  const ask = async (host: string) => {
    const asked = request(`${sandbox.url}/sandbox/people`, { headers: { host } }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return { status: answer.statusCode, hasToken: text.includes('sandbox-administrator') };
  };
  expect(await ask(`localhost:${sandbox.port}`)).toEqual({ status: 200, hasToken: true });
  expect(await ask(`rebound.example:${sandbox.port}`)).toEqual({ status: 403, hasToken: false });
  const socket = new WebSocket(`${sandbox.url.replace('http', 'ws')}/cable`, { headers: { host: 'rebound.example' } });
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('403');
});

test('names that are given are answered', async () => {
  await using sandbox = await createSandbox({ names: ['desk.internal'] });
  const asked = request(`${sandbox.url}/api`, { headers: { host: `desk.internal:${sandbox.port}` } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(200);
});
