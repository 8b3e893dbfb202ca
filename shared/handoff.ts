import { z } from 'zod';
import { Person } from './message.ts';

/** One answer to "What is it about?": `id` names the routing rule, `label` is for people. */
export const Topic = z.object({ id: z.string().max(100), label: z.string() });
export type Topic = z.infer<typeof Topic>;

/**
 * Who answers the visitor now. `epoch` grows whenever the owner changes, and means nothing else;
 * `team` is a label for people, null where nothing was said of one.
 */
export const Handoff = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('bot'), epoch: z.number().int() }),
  z.object({ phase: z.literal('asking'), epoch: z.number().int(), topics: z.array(Topic) }),
  z.object({ phase: z.literal('transferring'), epoch: z.number().int(), team: z.string().nullable() }),
  z.object({
    phase: z.literal('waiting'),
    epoch: z.number().int(),
    team: z.string().nullable(),
    /** Assigned, but not yet there: nothing was said. */
    agent: Person.nullable(),
  }),
  z.object({ phase: z.literal('human'), epoch: z.number().int(), team: z.string().nullable(), agent: Person }),
  z.object({
    phase: z.literal('ending'),
    epoch: z.number().int(),
    by: z.enum(['agent', 'visitor']),
    agent: Person.nullable(),
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
]);
export type Because = z.infer<typeof Because>;

export type Owner = 'bot' | 'nobody' | 'people';
