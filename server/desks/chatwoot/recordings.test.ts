import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { readDelivery } from './listen/delivery.ts';
import { readFrame } from './listen/frames.ts';
import * as shapes from './http/shapes.ts';

/*
 * What real servers of two versions answered and sent is read by the very readers that the adapter uses: nothing that
 * they say may be taken for garbage, and no reader may lose what it is there for.
 */

const folder = new URL('../../../sandbox/recordings/', import.meta.url);

interface Step {
  note?: string;
  request?: { method: string; path: string };
  response?: { status: number; body: unknown };
  webhook?: { to: string; body: unknown };
  frame?: unknown;
}

const scenes = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
const steps = (scene: string): Step[] =>
  readFileSync(new URL(scene, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Step);

/** Which reader is for which call that the adapter makes. Of `contact_inboxes/filter` only failures were recorded. */
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
  ['POST', /\/contacts\/filter/, shapes.ContactsFound],
  ['GET', /accounts\/\d+\/conversations\/\d+$/, shapes.Conversation],
  ['POST', /accounts\/\d+\/conversations$/, shapes.Conversation],
  ['GET', /accounts\/\d+\/conversations(\?.*)?$/, shapes.Conversations],
  ['GET', /accounts\/\d+\/conversations\/\d+\/messages/, shapes.Messages],
  ['POST', /accounts\/\d+\/conversations\/\d+\/messages$/, shapes.Message],
  ['POST', /\/custom_attributes$/, shapes.Attributes],
  ['GET', /\/custom_attribute_definitions/, shapes.Definitions],
  ['GET', /\/participants$/, shapes.Agents],
  ['POST', /\/inbox_members$/, shapes.Members],
  ['GET', /\/inbox_members\/\d+$/, shapes.Members],
  ['POST', /\/assignments$/, shapes.Assigned],
  ['PATCH', /\/messages\/\d+$/, shapes.Message],
];

/** Calls whose answers tell us nothing: made by agents, by visitors of the public API, or by the recorder. */
const unread: [string, RegExp][] = [
  ['GET', /\/(notifications|notification_settings|assignable_agents|conversations\/meta)(\?|$)/],
  ['GET', /\/(csat_survey_responses|search)\b/],
  ['GET', /\/contacts\/\d+(\/(conversations|contactable_inboxes|labels|notes))?(\?|$)/],
  ['GET', /\/conversations\/\d+\/(attachments|labels)$/],
  ['GET', /\/(labels|agent_bots\/\d+)$/],
  ['GET', /\/(rails|survey)\//],
  ['HEAD', /\/rails\//],
  ['POST', /\/(toggle_(status|typing_status|priority)|mute|unmute|labels|retry|update_last_seen|set_agent_bot)(\?|$)/],
  ['POST', /\/(teams|team_members|availability|auto_offline|custom_attribute_definitions|contact_merge)$/],
  ['POST', /\/(webhooks|notes|upload|macros|execute|automation_rules|canned_responses|translate|transcript|unread)$/],
  ['POST', /\/(conversations|contact_inboxes)\/filter$/],
  ['PATCH', /\/(contacts|conversations|agent_bots)\/\d+$/],
  ['PUT', /\/(contacts|messages)\/\d+$/],
  ['PUT', /\/profile$/],
  ['GET', /^\/api\/v1\/widget\//],
  ['POST', /^\/api\/v1\/widget\//],
  ['PATCH', /^\/(api\/v1\/widget|public)\//],
  ['DELETE', /./],
  ['GET', /^\/public\//],
  ['POST', /^\/public\//],
  ['PUT', /^\/public\//],
];

/** Frames that say nothing about a thread. */
const unfollowed = /^(presence\.update|contact\.created|first\.reply\.created|account\.cache_invalidated)$/;

/** Those of an inbox; the bots' and others' have readers of their own. */
const isOurs = ({ to }: { to: string }) => to === '/hook/inbox';

/** How many entries a list has; undefined for what is none. */
function entries(body: unknown): number | undefined {
  if (Array.isArray(body)) return body.length;
  const { payload, data } = (body ?? {}) as { payload?: unknown; data?: { payload?: unknown } };
  const list = data?.payload ?? payload;
  return Array.isArray(list) ? list.length : undefined;
}

const used = new Set<z.ZodType>();
const counts = { answers: 0, deliveries: 0, frames: 0 };

describe.each(scenes)('%s', (scene) => {
  test('every answer, delivery and frame is read', () => {
    for (const { note, request, response, webhook, frame } of steps(scene)) {
      if (request && response?.status === 200) {
        const { method, path } = request;
        const what = `${note}: ${method} ${path}`;
        const isFor = ([of, pattern]: readonly [string, RegExp, z.ZodType?]) => of === method && pattern.test(path);
        const reader = readers.find(isFor)?.[2];
        expect(reader !== undefined || unread.some(isFor), `${what} has a reader, or is known to need none`).toBe(true);
        if (!reader) continue;
        // The recorder kept a bare null as text.
        const said = response.body === 'null' ? null : response.body;
        const parsed = reader.safeParse(said);
        expect(parsed.error?.issues, what).toBeUndefined();
        expect(entries(parsed.data), what).toBe(entries(said));
        used.add(reader);
        counts.answers += 1;
      }
      if (webhook && isOurs(webhook)) {
        const body = webhook.body as { event: string; id?: number; private?: boolean; message_type?: string };
        const delivery = readDelivery(Buffer.from(JSON.stringify(body)));
        expect(delivery, body.event).toMatchObject({ event: body.event, about: { source: expect.any(String) } });
        if (body.event.startsWith('message') && typeof delivery === 'object') {
          const isShown = !body.private && body.message_type !== 'activity';
          expect(delivery.about.message?.id, body.event).toBe(isShown ? body.id : undefined);
        }
        counts.deliveries += 1;
      }
      if (frame) {
        const { type, message } = frame as { type?: string; message?: { event?: string } };
        const event = message?.event;
        const known = event !== undefined && !unfollowed.test(event);
        const named = type === 'confirm_subscription' ? 'confirmed' : type === 'welcome' ? 'welcome' : 'other';
        const read = readFrame(JSON.stringify(frame));
        expect(read, event ?? type).toMatchObject(known ? { type: 'event', event } : { type: named });
        counts.frames += 1;
      }
    }
  });
});

test('all that was recorded went through these readers, and each of them read something', () => {
  expect(readers.filter(([, , reader]) => !used.has(reader)).map(([method, path]) => `${method} ${path}`)).toEqual([]);
  const recorded = scenes.flatMap(steps);
  expect(counts).toEqual({
    answers: expect.any(Number),
    deliveries: recorded.filter(({ webhook }) => webhook && isOurs(webhook)).length,
    frames: recorded.filter(({ frame }) => frame).length,
  });
  expect(counts.answers).toBeGreaterThan(250);
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
