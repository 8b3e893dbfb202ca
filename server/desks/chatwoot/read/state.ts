import type { DeskAgent, DeskState, DeskTask } from '../../desk.ts';
import type { Conversation, Message, Someone } from '../http/shapes.ts';
import type { z } from 'zod';
import type { Provisioned } from '../shared.ts';

/** A person as visitors may know them: the public name, never the address. */
export function agentOf(person: z.infer<typeof Someone>): DeskAgent {
  return { key: String(person.id), name: person.available_name || person.name || 'Agent' };
}

/** Who has it. A bot that is assigned is nobody. */
export function stateOf({ status, snoozed_until: snoozed, meta }: Conversation): DeskState {
  const person = meta.assignee && (meta.assignee_type ?? 'User') === 'User' ? agentOf(meta.assignee) : null;
  const team = meta.team ? { key: String(meta.team.id), name: meta.team.name } : null;
  if (status !== 'snoozed') return { status, assignee: person, team };
  const until = snoozed ? Date.parse(snoozed) : NaN;
  return { status, assignee: person, team, until: Number.isNaN(until) ? null : until };
}

/** Chatwoot always says whether a message is a private note: one where it is not said is shown to no visitor. */
export const isPublic = (message: Pick<Message, 'private'>): boolean => message.private === false;

/** The person who wrote a message that the visitor may see; null for everybody and everything else. */
export function speakerOf(message: Message): DeskAgent | null {
  const { sender, message_type } = message;
  return message_type === 1 && isPublic(message) && sender?.type === 'user' ? agentOf(sender) : null;
}

/** A restored backup may have given the number to somebody else. */
export function isAnother(
  conversation: Conversation,
  provisioned: Provisioned,
  task: Pick<DeskTask, 'thread'>,
): boolean {
  return conversation.inbox_id !== provisioned.inbox || conversation.uuid !== task.thread.ref?.['uuid'];
}
