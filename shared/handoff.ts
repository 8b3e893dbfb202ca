import { z } from 'zod';
import { Person } from './message.ts';

/** One answer to "What is it about?": `id` names the routing rule, `label` is for people. */
export const Topic = z.object({ id: z.string().max(100), label: z.string() });
export type Topic = z.infer<typeof Topic>;

/** Why nobody is there, and when somebody is again, in milliseconds since 1970; null where that is not known. */
export const Away = z.object({ why: z.enum(['hours', 'nobody']), opensAt: z.number().int().nullable() });
export type Away = z.infer<typeof Away>;

/** 1: it was not solved at all; 5: completely. */
export const Stars = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);
export type Stars = z.infer<typeof Stars>;

/**
 * Who answers the visitor now. `epoch` grows whenever the owner changes, and means nothing else;
 * `team` is a label for people, null where nothing was said of one.
 */
export const Handoff = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('bot'), epoch: z.number().int() }),
  z.object({
    phase: z.literal('asking'),
    epoch: z.number().int(),
    /** What it may be about; empty where that is not the question. */
    topics: z.array(Topic),
    /** Nobody is there now: the visitor may leave a message, wait all the same, or stay with the bot. */
    away: Away.optional(),
  }),
  z.object({ phase: z.literal('transferring'), epoch: z.number().int(), team: z.string().nullable() }),
  z.object({
    phase: z.literal('waiting'),
    epoch: z.number().int(),
    team: z.string().nullable(),
    /** Assigned, but not yet there: nothing was said. */
    agent: Person.nullable(),
    /** How long one usually waits for this team, in milliseconds; absent where nobody can say. */
    usual: z.object({ from: z.number().int(), to: z.number().int() }).optional(),
    /** Nobody was free for so long, in milliseconds: the visitor may wait on, leave a message, or go back to the bot. */
    tooLong: z.number().int().optional(),
  }),
  z.object({ phase: z.literal('human'), epoch: z.number().int(), team: z.string().nullable(), agent: Person }),
  z.object({
    phase: z.literal('hold'),
    epoch: z.number().int(),
    team: z.string().nullable(),
    /** Who put it off; null where nobody had it. */
    agent: Person.nullable(),
    /** When they come back to it, in milliseconds since 1970; null where that is not known. */
    until: z.number().int().nullable(),
  }),
  z.object({
    phase: z.literal('async'),
    epoch: z.number().int(),
    team: z.string().nullable(),
    /** When the team is there again, in milliseconds since 1970; null where that is not known. */
    opensAt: z.number().int().nullable(),
    /** Whether the answer goes out by e-mail, too. */
    byMail: z.boolean(),
  }),
  z.object({
    phase: z.literal('ending'),
    epoch: z.number().int(),
    by: z.enum(['agent', 'visitor']),
    agent: Person.nullable(),
    /** The visitor may say whether it helped. */
    mayRate: z.literal(true).optional(),
  }),
  z.object({
    phase: z.literal('closed'),
    epoch: z.number().int(),
    /** When it ended, in milliseconds since 1970. */
    at: z.number().int(),
    isRated: z.boolean(),
  }),
]);
export type Handoff = z.infer<typeof Handoff>;
export type Phase = Handoff['phase'];

/** Why the handoff changed; the widget chooses the words. */
export const Because = z.enum([
  'asked', // the visitor, the bot or the policy wants a person, and the relay asks what it is about
  'connecting', // the team is known; the desk is being told
  'queued', // the desk has it; a person is awaited
  'assigned', // a person has it, and has not spoken yet
  'joined', // a person answers
  'passedOn', // another person answers
  'rerouted', // another team has it
  'released', // the person let go of it; somebody else is awaited
  'cancelled', // the visitor left the queue
  'failed', // nobody could be reached
  'resolved', // an agent closed it
  'returned', // an agent gave it back to the bot
  'back', // the visitor went back to the bot
  'ended', // the visitor ended the chat
  'wroteAgain', // after the end the visitor wrote, and the bot answers
  'reopened', // an agent took it up again
  'deskGone', // the thread is no longer at the desk; the bot answers
  'away', // a person is wanted, and nobody is there now
  'waitedTooLong', // nobody was free for long; what else can be done is offered
  'keptWaiting', // the visitor waits on
  'left', // the visitor left a message
  'putOff', // a person comes back to it later
  'rated', // the visitor said whether it helped
  'closed', // nobody said in time whether it helped, or they did not want to
]);
export type Because = z.infer<typeof Because>;

export type Owner = 'bot' | 'nobody' | 'people';
