import { expect, test } from 'vitest';
import { z } from 'zod';
import { Handoff, Topic } from './handoff.ts';
import { Author, Choice, File, Message, Person } from './message.ts';
import { fromVisitor, LogEvent, Refusal, toVisitor } from './protocol.ts';

/*
 * What is written here is in browsers for weeks. A field may be added if it is optional; whatever else makes this fail
 * needs a new `protocolVersion`, and a relay that goes on to serve the old one.
 */

interface Schema {
  $schema?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  pattern?: string;
  format?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

const parts = { LogEvent, Message, Handoff, Author, Choice, File, Person, Topic };
const nameOf = new Map(
  Object.entries(parts).map(([name, part]): [string, string] => [key(z.toJSONSchema(part) as Schema), name]),
);

function key({ $schema: _, ...schema }: Schema): string {
  return JSON.stringify(schema);
}

/** One line a field, as a reader would say it (`name?: type`), or one line a member. */
function shape(type: z.ZodType, io: 'input' | 'output' = 'output'): string[] {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io }) as Schema;
  if (schema.properties) return fields(schema);
  return (schema.anyOf ?? schema.oneOf ?? [schema]).map(word);
}

function fields({ properties = {}, required = [] }: Schema): string[] {
  return Object.entries(properties).map(
    ([name, of]) => `${name}${required.includes(name) ? '' : '?'}: ${nameOf.get(key(of)) ?? word(of)}`,
  );
}

function word(schema: Schema): string {
  const name = nameOf.get(key(schema));
  if (name) return name;
  const { type, anyOf, oneOf, items, properties, minLength, maxLength, pattern, minimum, maximum, maxItems } = schema;
  const among = anyOf ?? oneOf;
  if (among) return among.map(word).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ');
  if (items) return `[${word(items)}]${maxItems === undefined ? '' : ` ≤${maxItems}`}`;
  if (properties) return `{ ${fields(schema).join(', ')} }`;
  const limits = [
    ...(minLength === undefined ? [] : [`≥${minLength}`]),
    ...(maxLength === undefined ? [] : [`≤${maxLength}`]),
    ...(minimum === undefined || minimum < 0 ? [] : [`≥${minimum}`]),
    ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`≤${maximum}`]),
    ...(pattern === undefined ? [] : [`/${pattern}/`]),
  ];
  return [[type ?? '?'].flat().join(' or '), ...limits].join(' ');
}

test('what a visitor may ask is this, and nothing else', () => {
  const wire = Object.fromEntries(
    Object.entries(fromVisitor).map(([name, { body, reply }]) => [
      name,
      { body: shape(body, 'input'), reply: nameOf.get(key(z.toJSONSchema(reply) as Schema)) ?? shape(reply) },
    ]),
  );
  expect(wire).toMatchInlineSnapshot(`
    {
      "chat:end": {
        "body": [],
        "reply": "Handoff",
      },
      "chat:rate": {
        "body": [
          "stars: 1 | 2 | 3 | 4 | 5 | null",
          "text?: string ≤4000",
        ],
        "reply": "Handoff",
      },
      "handoff:ask": {
        "body": [
          "id: string /^[A-Za-z0-9_.:-]{1,64}$/",
          "page?: { url: string ≤2000, title: string ≤300 }",
        ],
        "reply": "Handoff",
      },
      "handoff:back": {
        "body": [],
        "reply": "Handoff",
      },
      "handoff:cancel": {
        "body": [],
        "reply": "Handoff",
      },
      "handoff:choose": {
        "body": [
          "topic: string ≤100 | null",
        ],
        "reply": "Handoff",
      },
      "handoff:leave": {
        "body": [],
        "reply": "Handoff",
      },
      "handoff:wait": {
        "body": [],
        "reply": "Handoff",
      },
      "hello": {
        "body": [
          "version: integer",
          "token?: string ≤512",
          "language: string ≤35",
          "page?: { url: string ≤2000, title: string ≤300 }",
          "log?: string ≤64",
          "after?: integer ≥0",
          "mark?: string ≤200",
        ],
        "reply": [
          "token: string",
          "site: { name: string, intro?: string, greeting: string, suggestions: [Choice], accent?: string, bot?: { name?: string, logo?: string }, handoff?: "off", now: integer }",
          "conversation: { log: string ≤64, seq: integer ≥0, handoff: Handoff, events: [LogEvent] ≤200, deskAway?: true } | null",
        ],
      },
      "log:read": {
        "body": [
          "after: integer ≥0",
        ],
        "reply": [
          "log: string ≤64",
          "seq: integer ≥0",
          "events: [LogEvent] ≤200",
        ],
      },
      "message:delete": {
        "body": [
          "id: string /^[A-Za-z0-9_.:-]{1,64}$/",
        ],
        "reply": [
          "log: string ≤64",
          "seq: integer ≥0",
          "at: integer",
        ],
      },
      "message:retry": {
        "body": [
          "id: string /^[A-Za-z0-9_.:-]{1,64}$/",
        ],
        "reply": [
          "log: string ≤64",
          "seq: integer ≥0",
          "at: integer",
        ],
      },
      "message:send": {
        "body": [
          "id: string /^[A-Za-z0-9_.:-]{1,64}$/",
          "text: string ≥1 ≤4000",
          "choice?: { title: string ≤200, value: string ≤500 }",
          "page?: { url: string ≤2000, title: string ≤300 }",
        ],
        "reply": [
          "log: string ≤64",
          "seq: integer ≥0",
          "at: integer",
        ],
      },
    }
  `);
});

test('what the relay tells is this, and nothing else', () => {
  const wire = Object.fromEntries(Object.entries(toVisitor).map(([name, news]) => [name, shape(news)]));
  expect(wire).toMatchInlineSnapshot(`
    {
      "desk": [
        "reached: boolean",
      ],
      "event": [
        "log: string ≤64",
        "event: LogEvent",
      ],
      "token": [
        "token: string",
      ],
      "typing": [
        "author: Author",
        "on: boolean",
      ],
    }
  `);
});

test('what all of it is made of is this', () => {
  const wire = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, shape(part)]));
  expect(wire).toMatchInlineSnapshot(`
    {
      "Author": [
        "{ kind: "visitor" }",
        "{ kind: "bot" }",
        "{ kind: "agent", name: string, team?: string, picture?: string ≤200, hue?: integer ≥1 ≤6 }",
        "{ kind: "system" }",
      ],
      "Choice": [
        "title: string ≤200",
        "value: string ≤500",
      ],
      "File": [
        "name: string",
        "type: string",
        "size?: integer ≥0",
        "url: string",
      ],
      "Handoff": [
        "{ phase: "bot", epoch: integer }",
        "{ phase: "asking", epoch: integer, topics: [Topic], away?: { why: "hours" | "nobody", opensAt: integer | null } }",
        "{ phase: "transferring", epoch: integer, team: string or null }",
        "{ phase: "waiting", epoch: integer, team: string or null, agent: Person | null, usual?: { from: integer, to: integer }, tooLong?: integer }",
        "{ phase: "human", epoch: integer, team: string or null, agent: Person }",
        "{ phase: "hold", epoch: integer, team: string or null, agent: Person | null, until: integer | null }",
        "{ phase: "async", epoch: integer, team: string or null, opensAt: integer | null, byMail: boolean }",
        "{ phase: "ending", epoch: integer, by: "agent" | "visitor", agent: Person | null, mayRate?: true }",
        "{ phase: "closed", epoch: integer, at: integer, isRated: boolean }",
      ],
      "LogEvent": [
        "{ kind: "message", seq: integer ≥0, message: Message }",
        "{ kind: "deletion", seq: integer ≥0, id: string /^[A-Za-z0-9_.:-]{1,64}$/, at: integer }",
        "{ kind: "handoff", seq: integer ≥0, at: integer, handoff: Handoff, because: "asked" | "connecting" | "queued" | "assigned" | "joined" | "passedOn" | "rerouted" | "released" | "cancelled" | "failed" | "resolved" | "returned" | "back" | "ended" | "wroteAgain" | "reopened" | "deskGone" | "away" | "waitedTooLong" | "keptWaiting" | "left" | "putOff" | "rated" | "closed" }",
        "{ kind: "botFailed", seq: integer ≥0, at: integer }",
        "{ kind: "undelivered", seq: integer ≥0, id: string /^[A-Za-z0-9_.:-]{1,64}$/, at: integer }",
        "{ kind: "retried", seq: integer ≥0, id: string /^[A-Za-z0-9_.:-]{1,64}$/, at: integer }",
      ],
      "Message": [
        "id: string /^[A-Za-z0-9_.:-]{1,64}$/",
        "author: Author",
        "text: string",
        "at: integer",
        "choices?: [Choice]",
        "files?: [File]",
        "deleted?: true",
      ],
      "Person": [
        "name: string",
        "picture?: string ≤200",
        "hue?: integer ≥1 ≤6",
      ],
      "Topic": [
        "id: string ≤100",
        "label: string",
      ],
    }
  `);
});

test('a refusal is one of these', () => {
  expect(Refusal.options).toEqual(['invalid', 'expired', 'tooFast', 'conflict', 'forbidden', 'unavailable']);
});

test('an old widget may say more than this relay knows, and is understood', () => {
  const { body } = fromVisitor['message:send'];
  expect(body.safeParse({ id: 'a', text: 'Hello', mood: 'good' }).data).toEqual({ id: 'a', text: 'Hello' });
});
