import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from './model.ts';
import { differences } from './testing/compare.ts';
import { createReplay } from './testing/replay.ts';
import type { Replay } from './testing/replay.ts';
import { skipsOf } from './testing/skips.ts';
import { readFrames } from './testing/scene.ts';
import { ask, harbour, laterHarbour, listen, openStage, until } from './testing/stage.ts';
import type { Heard, Stage } from './testing/stage.ts';

/** A loaded machine takes its time for a scene. */
const patienceMs = 120_000;

// In the order in which they were recorded: each builds on what those before left.
const scenes = [
  '01-setup',
  '02-visitor',
  '03-bot-phase',
  '04-handoff',
  '05-agent-talks',
  '06-resolve',
  '07-online',
  '08-failures',
  '10-public-client',
  '13-burst',
  '14-deleted',
  '15-survey',
  '16-catch-up',
  '17-merge',
  '18-limits',
  '19-notifications',
  '20-second-handoff',
  '22-websocket',
  '23-quiet-return',
];

// Recorded a day later, each with an inbox of its own; those in one line build on each other.
const laterScenes = [
  ['24-internal-widget', '24-internal-api', '24-internal-failing'],
  ['24-internal-text'],
  ['25-agent-starts'],
  ['25-agent-starts-opened'],
  ['25-born-with-words'],
  ['26-business-hours'],
  ['27-csat'],
  ['27-csat-own'],
  ['28-files', '28-files-later'],
  ['29-read-state'],
  ['30-typing'],
  ['31-labels-priority'],
  ['33-identity'],
  ['34-avatars'],
  ['35-housekeeping'],
  ['35-empty-conversation'],
  ['36-what-agents-produce'],
];

describe.for(['4.10', '4.14'] as const)('what a real %s server said, the sandbox says, too', (version) => {
  let stage: Stage;
  let replay: Replay;
  beforeAll(async () => {
    stage = await openStage(version, { seed: harbour });
    replay = createReplay(version, stage);
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  test.for(scenes.filter((scene) => scene !== '22-websocket'))('scene %s', { timeout: patienceMs }, async (scene) => {
    expect(await replay.play(scene, skipsOf(version, scene))).toEqual([]);
  });

  test('scene 22-websocket, and what the websocket of the administrator carried meanwhile', async () => {
    const { sandbox } = stage;
    const { body } = await ask(sandbox.url, 'TOKEN-ASHA', 'GET', '/api/v1/profile');
    using socket = listen(sandbox.url, (body as Json)['pubsub_token'] as string, 1); // a profile has one
    await socket.frame(({ type }) => type === 'confirm_subscription');
    expect(await replay.play('22-websocket', {})).toEqual([]);

    const recorded = readFrames(version);
    const heard = () => socket.frames.filter(({ type }) => type !== 'ping');
    await until(() => heard().length >= recorded.length);
    expect(heard().map(titleOf).sort()).toEqual(recorded.map(titleOf).sort());
    const left = [...heard()];
    const found = recorded.flatMap((frame) => {
      const [same] = left.splice(
        left.findIndex((one) => titleOf(one) === titleOf(frame)),
        1,
      );
      const plain = (one: Json) => ({ ...one, identifier: typeof one['identifier'] });
      return differences(plain(frame), same && plain(same), replay.ids, { delivery: true, late: true, presence: true });
    });
    expect(found).toEqual([]);
  });
});

describe.for(['4.10', '4.14'] as const)('what a real %s server said a day later, the sandbox says, too', (version) => {
  test.for(laterScenes)('scenes %s', { timeout: patienceMs }, async (together) => {
    await using stage = await openStage(version, { seed: laterHarbour });
    const replay = createReplay(version, stage);
    for (const scene of together) expect(await replay.play(scene, skipsOf(version, scene))).toEqual([]);
  });
});

test('a delivery of 4.14 is signed as the recorded ones are', async () => {
  const file = new URL('recordings/4.14-signature.json', import.meta.url);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as {
    secret: string;
    deliveries: { timestamp: string; signature: string; body: string }[];
  };
  const sign = (secret: string, timestamp: string, body: string) =>
    `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
  for (const { timestamp, signature, body } of recorded.deliveries)
    expect(sign(recorded.secret, timestamp, body)).toBe(signature);

  await using stage = await openStage('4.14');
  const { sandbox, receiver } = stage;
  const channel = { type: 'api', webhook_url: `${receiver.url}/hook` };
  const inbox = await ask(sandbox.url, 'sandbox-administrator', 'POST', '/inboxes', { name: 'Signed', channel });
  const { id, secret } = inbox.body as { id: number; secret: string };
  const contact = { inbox_id: id, source_id: 's', name: '<Ana> & co' };
  const made = await ask(sandbox.url, 'sandbox-administrator', 'POST', '/contacts', contact);
  const { payload } = made.body as { payload: { contact: { id: number } } };
  const conversation = { inbox_id: id, contact_id: payload.contact.id, source_id: 's' };
  await ask(sandbox.url, 'sandbox-administrator', 'POST', '/conversations', conversation);
  await sandbox.idle();
  const [delivery] = receiver.heard;
  const { headers, raw }: Pick<Heard, 'headers' | 'raw'> = delivery ?? { headers: {}, raw: '' };
  expect(raw).toContain('"\\u003cAna\\u003e \\u0026 co"');
  expect(headers['x-chatwoot-signature']).toBe(sign(secret, String(headers['x-chatwoot-timestamp']), raw));
  expect(headers['x-chatwoot-delivery']).toMatch(/^[0-9a-f-]{36}$/);
});

/** Tells frames apart: their kind, and for messages their text. */
function titleOf(frame: Json): string {
  const message = frame['message'] as { event?: string; data?: Json } | undefined; // ActionCable's own format
  const text = message?.event?.startsWith('message.') ? ` ${String(message.data?.['content'])}` : '';
  return `${String(frame['type'] ?? '')}${message?.event ?? ''}${text}`;
}
