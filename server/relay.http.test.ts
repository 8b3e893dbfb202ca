import { expect, test } from 'vitest';
import { mara, startWithPeople } from './testing/people.ts';
import { startRelay } from './testing/start-relay.ts';

test('a desk that is away degrades the relay, and a database that cannot be written ends its readiness', async () => {
  let isBroken = false;
  await using relay = await startRelay({
    around: (store) => ({
      ...store,
      set: (name, value) => (isBroken ? Promise.reject(new Error('no disk')) : store.set(name, value)),
    }),
  });
  const get = async (path: string) => {
    const answer = await fetch(`${relay.url}${path}`);
    return [answer.status, await answer.json()] as const;
  };
  expect(await get('/readyz')).toEqual([200, { status: 'ok' }]);
  relay.desk.people.away(true);
  expect(await get('/readyz')).toEqual([200, { status: 'degraded' }]);
  isBroken = true;
  expect(await get('/readyz')).toEqual([503, { status: 'unavailable' }]);
  expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
});

test('what is asked for in strange ways is answered calmly, with the headers of a careful server', async () => {
  await using relay = await startRelay();
  for (const path of ['/nothing', '/%00', '/..%2f..%2fetc/passwd', '/widget/..%2f..%2fbaton.db', '/files/a/b/c']) {
    const answer = await fetch(`${relay.url}${path}`);
    expect([400, 404], path).toContain(answer.status);
    expect(await answer.text()).not.toMatch(/Error|node_modules|baton-/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-powered-by')).toBeNull();
  }
});

test('the demo’s state says who answers, and no word, no name and no secret', async () => {
  await using relay = await startWithPeople();
  const visitor = await relay.visit();
  await visitor.say('My card is 4111');
  await visitor.hears('You said');
  relay.desk.people.say(mara, 'Hello, Mara here.');
  await visitor.hears('Mara here.');
  const text = await (await fetch(`${relay.url}/demo/state`)).text();
  expect(JSON.parse(text)).toMatchObject({
    conversations: [{ phase: 'human', owner: 'people', epoch: 2, sockets: 1 }],
  });
  const [conversation] = await relay.store.recent(0, 1);
  const [thread] = await relay.store.threads(conversation?.id ?? '');
  for (const secret of ['4111', 'Mara', conversation?.id, conversation?.visitor, thread?.source, visitor.token]) {
    expect(text).not.toContain(secret);
  }
});

test('outside the demo there is no such state', async () => {
  await using relay = await startRelay({ settings: (config) => (config.demo = false) });
  expect((await fetch(`${relay.url}/demo/state`)).status).toBe(404);
});
