import { expect, test } from 'vitest';
import { createSandbox } from '../../../sandbox/server.ts';
import { listen } from '../../testing/listen.ts';
import { openChatwoot } from './chatwoot-desk.ts';
import { createEar, memorySettings } from './testing/start-desk.ts';

/* Several processes with the same settings, and so the same inbox. */

async function openTwo() {
  const sandbox = await createSandbox({ switches: { delayMs: 1 } });
  const settings = memorySettings();
  let last: Promise<unknown> = Promise.resolve();
  const shared = {
    run: 'both',
    exclusively: <R>(job: () => Promise<R>): Promise<R> => {
      const next = last.catch(() => {}).then(job);
      last = next;
      return next;
    },
  };
  const log = listen();
  const open = () =>
    openChatwoot({
      url: sandbox.url,
      account: 1,
      token: 'sandbox-administrator',
      botName: 'Helper',
      siteName: 'demo',
      publicUrl: 'http://127.0.0.1:9',
      settings,
      shared,
      log,
      waitMs: 15_000,
      timing: { inboxCheckMs: 20 },
    });
  const [one, other] = await Promise.all([open(), open()]);
  return {
    sandbox,
    one,
    other,
    log,
    secret: () =>
      (JSON.parse(settings.all.get(`chatwoot ${sandbox.url} 1 Helper`) ?? '{}') as { webhookSecret: string })
        .webhookSecret,
    async [Symbol.asyncDispose]() {
      await one.close();
      await other.close();
      await sandbox.close();
    },
  };
}

test('two that start at once make one inbox, and do not take each other for strangers', async () => {
  await using two = await openTwo();
  const { one, other, sandbox, log } = two;
  const inbox = one.provisioned()?.inbox;
  expect(inbox).toBeDefined();
  expect(other.provisioned()?.inbox).toBe(inbox);
  expect(other.home).toBe(one.home);
  const all = await fetch(`${sandbox.url}/api/v1/accounts/1/inboxes`, {
    headers: { 'Api-Access-Token': 'sandbox-administrator' },
  });
  expect(((await all.json()) as { payload: unknown[] }).payload).toHaveLength(1);
  expect(log.lines.filter(({ level }) => level !== 'info')).toEqual([]);
});

test('a delivery that comes to one that does not watch is heard by the one that does', async () => {
  await using two = await openTwo();
  const { one, other, secret } = two;
  const ear = createEar();
  await using _watching = one.watch(ear.watch);
  await ear.catchesUp();
  using _passing = other.overhear((hint) => one.ring(hint));
  const conversation = { id: 7, inbox_id: one.provisioned()?.inbox, contact_inbox: { source_id: 'x' } };
  const event = { event: 'message_created', id: 4711, message_type: 'outgoing', private: false, conversation };
  expect(other.webhook.receive(Buffer.from(JSON.stringify(event)), {}, secret())).toBe(200);
  expect(ear.hints.filter(({ ids }) => ids.includes(4711))).toHaveLength(1);
  // One that does not watch passes nothing on that was passed on to it.
  const passed: unknown[] = [];
  using _more = other.overhear((hint) => void passed.push(hint));
  other.ring({ thread: { source: 'x' }, ids: [4712] });
  expect(passed).toEqual([]);
});
