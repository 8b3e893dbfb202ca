import { z } from 'zod';
import { Because, Handoff, Stars } from './handoff.ts';
import { longestText, pageOfEvents } from './limits.ts';
import { Author, Choice, Id, Message } from './message.ts';

/*
 * The wire between widget and relay is these tables; every type is inferred from them. What a visitor sends is a
 * request, named with a verb and always answered; what the relay tells is news.
 *
 * The log of a conversation is a list of events, numbered 1, 2, 3 … without a gap, in the order in which the relay
 * accepted them. A browser asks for what comes after the last one it has, and ignores what it has already. `log` is
 * the random identity of that list: another one means that history was lost, and everything is to be read anew.
 *
 * An old widget may be open for weeks: add optional fields, and keep old meanings.
 */

const seq = z.number().int().nonnegative();
const logId = z.string().max(64);

export const LogEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), seq, message: Message }),
  /** `id` is the message that lost its words. */
  z.object({ kind: z.literal('deletion'), seq, id: Id, at: z.number().int() }),
  z.object({ kind: z.literal('handoff'), seq, at: z.number().int(), handoff: Handoff, because: Because }),
  /** The bot had no answer, or none in time; a person is offered. */
  z.object({ kind: z.literal('botFailed'), seq, at: z.number().int() }),
  /** The desk refused this message of the visitor's: nobody there can read it. It can be retried or deleted. */
  z.object({ kind: z.literal('undelivered'), seq, id: Id, at: z.number().int() }),
  /** An undelivered message is on its way to the desk again. */
  z.object({ kind: z.literal('retried'), seq, id: Id, at: z.number().int() }),
]);
export type LogEvent = z.infer<typeof LogEvent>;

/** What the site shows before anything is said. It is configuration, not history, and stored nowhere. */
export const SiteInfo = z.object({
  name: z.string(),
  intro: z.string().optional(),
  greeting: z.string(),
  suggestions: z.array(Choice),
  /** `#rrggbb`; the tag's own colour beats it. */
  accent: z.string().optional(),
  /** What the assistant is called here, in the visitor's language, and the picture in its square: an address, absolute or
   * relative to the relay. Without a name it is the assistant. */
  bot: z.object({ name: z.string().optional(), logo: z.string().optional() }).optional(),
  /** Nobody can take over from the assistant: a person is not offered. */
  handoff: z.literal('off').optional(),
  /** Milliseconds since 1970: the relay's clock, so that a wrong one on the device does no harm. */
  now: z.number().int(),
});
export type SiteInfo = z.infer<typeof SiteInfo>;

export const Welcome = z.object({
  /** The right to this conversation. A new visitor's is stored by the widget just before the first send. */
  token: z.string(),
  site: SiteInfo,
  /** Null until something was said. */
  conversation: z
    .object({
      log: logId,
      /** The last event there is; more than one page may lie between `events` and it. */
      seq,
      handoff: Handoff,
      events: z.array(LogEvent).max(pageOfEvents),
      /** See the news `desk`; absent where the desk is reached. */
      deskAway: z.literal(true).optional(),
    })
    .nullable(),
});
export type Welcome = z.infer<typeof Welcome>;

/** What the relay made of something sent: where in the log it is, and when it was accepted. */
export const Accepted = z.object({ log: logId, seq, at: z.number().int() });
export type Accepted = z.infer<typeof Accepted>;

const Nothing = z.object({});

/** Where the visitor is. */
const Page = z.object({ url: z.string().max(2_000), title: z.string().max(300) });

export const fromVisitor = {
  /** First on every connection; nothing else is answered before. */
  hello: {
    body: z.object({
      version: z.number().int(),
      token: z.string().max(512).optional(),
      /** BCP 47, as the widget speaks. */
      language: z.string().max(35),
      page: Page.optional(),
      /** What this browser has already. */
      log: logId.optional(),
      after: seq.optional(),
      /** `markOf` the event numbered `after`: tells a log that lost its end in a restored backup and grew another one. */
      mark: z.string().max(200).optional(),
    }),
    reply: Welcome,
  },
  'log:read': {
    body: z.object({ after: seq }),
    reply: z.object({ log: logId, seq, events: z.array(LogEvent).max(pageOfEvents) }),
  },
  'message:send': {
    body: z.object({
      id: Id,
      text: z.string().min(1).max(longestText),
      choice: Choice.optional(),
      /** Where it is not the one of `hello` any more: pages change without a new connection. */
      page: Page.optional(),
    }),
    reply: Accepted,
  },
  /** "Retry" under a message that was not delivered to the desk; `id` is the message's. Repeating it is harmless. */
  'message:retry': { body: z.object({ id: Id }), reply: Accepted },
  /** "Delete" under such a message: its words are gone for good. Repeating it is harmless. */
  'message:delete': { body: z.object({ id: Id }), reply: Accepted },
  /** "Talk to a person". The id makes a repeat harmless; it is the request's, not a message's. */
  'handoff:ask': { body: z.object({ id: Id, page: Page.optional() }), reply: Handoff },
  /** The answer to "What is it about?"; null is "Something else". */
  'handoff:choose': { body: z.object({ topic: z.string().max(100).nullable() }), reply: Handoff },
  /** "Cancel" and "Stay with the assistant". */
  'handoff:cancel': { body: Nothing, reply: Handoff },
  /** "Back to the assistant". */
  'handoff:back': { body: Nothing, reply: Handoff },
  /** "Keep waiting", and "Wait all the same". */
  'handoff:wait': { body: Nothing, reply: Handoff },
  /** "Leave a message": people have it, and nobody is waited for. What they are to read is sent as a message. */
  'handoff:leave': { body: Nothing, reply: Handoff },
  /** "End the chat". */
  'chat:end': { body: Nothing, reply: Handoff },
  /** Whether it helped, once for each round with people. A second time changes nothing. */
  'chat:rate': {
    body: z.object({
      /** Null: the visitor does not want to say. */
      stars: Stars.nullable(),
      text: z.string().max(longestText).optional(),
    }),
    reply: Handoff,
  },
} satisfies Record<string, { body: z.ZodType; reply: z.ZodType }>;
export type Requests = typeof fromVisitor;
export type RequestName = keyof Requests;
export type Body<N extends RequestName> = z.input<Requests[N]['body']>;
export type Value<N extends RequestName> = z.output<Requests[N]['reply']>;

export const toVisitor = {
  /** One event of the log. May arrive twice, and late; its number says where it belongs. */
  event: z.object({ log: logId, event: LogEvent }),
  /** Somebody is writing; shown, never stored, and over after a while without a word. */
  typing: z.object({ author: Author, on: z.boolean() }),
  /**
   * Whether what the visitor writes reaches the desk, told only while people own or are awaited: false once the desk
   * could not be reached for 15 s. What was written is kept. A state, not history.
   */
  desk: z.object({ reached: z.boolean() }),
  /** This token is used up: the next one. Store it only where the old one is stored. */
  token: z.object({ token: z.string() }),
} satisfies Record<string, z.ZodType>;
export type News = { [N in keyof typeof toVisitor]: z.infer<(typeof toVisitor)[N]> };

/**
 * Why the relay said no. The widget chooses the words; the cause stays in the relay's log.
 * `invalid`: it was not understood, or is too long; sending it again does not help. `expired`: the token is not good
 * (any more). `tooFast`: wait `retryAfterMs`. `conflict`: this id was used with another text. `forbidden`: not here,
 * or not now. `unavailable`: the relay cannot keep anything at the moment; it is worth trying again.
 */
export const Refusal = z.enum(['invalid', 'expired', 'tooFast', 'conflict', 'forbidden', 'unavailable']);
export type Refusal = z.infer<typeof Refusal>;

export type Reply<T> = { ok: true; value: T } | { ok: false; refusal: Refusal; retryAfterMs?: number };
