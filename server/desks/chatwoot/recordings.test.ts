import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { readDelivery } from './delivery.ts';
import { readFrame } from './frames.ts';
import * as shapes from './shapes.ts';

/*
 * What real servers of two versions answered and sent is read by the very readers that the adapter uses: nothing that
 * they say may be taken for garbage, and no reader may lose what it is there for.
 */

const folder = new URL('../../../sandbox/recordings/', import.meta.url);

interface Step {
  note?: string;
  request?: { method: string; path: string };
  response?: { status: number; body: unknown };
  webhook?: { body: unknown };
  frame?: unknown;
}

const scenes = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const steps = (scene: string): Step[] =>
  readFileSync(new URL(scene, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Step);

/** Which reader is for which call. */
const readers: [string, RegExp, z.ZodType][] = [
  ['GET', /\/api$/, shapes.Version],
  ['GET', /\/profile$/, shapes.Profile],
  ['GET', /\/teams$/, shapes.Teams],
  ['GET', /\/agents$/, shapes.Agents],
  ['GET', /\/inboxes$/, shapes.Inboxes],
  ['GET', /\/inboxes\/\d+$/, shapes.Inbox],
  ['POST', /\/inboxes$/, shapes.Inbox],
  ['PATCH', /\/inboxes\/\d+$/, shapes.Inbox],
  ['GET', /\/inboxes\/\d+\/agent_bot$/, shapes.InboxBot],
  ['POST', /\/agent_bots$/, shapes.Bot],
  ['POST', /accounts\/\d+\/contacts$/, shapes.ContactMade],
  ['GET', /\/contacts\/search/, shapes.ContactsFound],
  ['POST', /\/contact_inboxes\/filter$/, shapes.ContactFound],
  ['GET', /accounts\/\d+\/conversations\/\d+$/, shapes.Conversation],
  ['POST', /accounts\/\d+\/conversations$/, shapes.Conversation],
  ['GET', /accounts\/\d+\/conversations(\?.*)?$/, shapes.Conversations],
  ['GET', /accounts\/\d+\/conversations\/\d+\/messages/, shapes.Messages],
  ['POST', /accounts\/\d+\/conversations\/\d+\/messages$/, shapes.Message],
  ['POST', /\/custom_attributes$/, shapes.Attributes],
  ['GET', /\/custom_attribute_definitions/, shapes.Definitions],
  ['GET', /\/participants$/, shapes.Agents],
];

describe.each(scenes)('%s', (scene) => {
  test('every answer, delivery and frame is read', () => {
    for (const { note, request, response, webhook, frame } of steps(scene)) {
      if (request && response?.status === 200) {
        const reader = readers.find(([method, path]) => method === request.method && path.test(request.path))?.[2];
        const parsed = reader?.safeParse(response.body);
        expect(parsed?.error?.issues, `${note}: ${request.method} ${request.path}`).toBeUndefined();
      }
      if (webhook) {
        const body = webhook.body as { event?: string; id?: number; private?: boolean };
        const delivery = readDelivery(Buffer.from(JSON.stringify(body)));
        const followed = /^(message_|conversation_(created|updated|status_changed|typing))/.test(body.event ?? '');
        if (followed)
          expect(delivery, body.event).toMatchObject({ event: body.event, about: { source: expect.any(String) } });
        if (body.event?.startsWith('message') && typeof delivery === 'object') {
          expect(delivery.about.message?.id).toBe(body.private ? undefined : body.id);
        }
      }
      if (frame) expect(readFrame(JSON.stringify(frame))).toBeDefined();
    }
  });
});

test.each(['4.10', '4.14'])('the frames of %s tell of an agent’s words and typing, and not of a note', (version) => {
  const frames = steps(`${version}-22-websocket-frames.jsonl`).flatMap(({ frame }) => {
    const read = frame ? readFrame(JSON.stringify(frame)) : undefined;
    return read ? [read] : [];
  });
  expect(frames.map(({ type }) => type)).toEqual(expect.arrayContaining(['welcome', 'confirmed', 'event']));
  const events = frames.flatMap((frame) => (frame.type === 'event' ? [frame] : []));
  expect(events.every(({ about }) => about.source === 'w-1' && about.number > 0)).toBe(true);
  expect(events.filter(({ event, about }) => event === 'message.created' && about.message)).toHaveLength(1);
  expect(events.some(({ about }) => about.typing?.on && about.typing.person.type === 'user')).toBe(true);
});
