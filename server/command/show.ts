import { ownerIn } from '../../shared/phases.ts';
import { shortName } from '../short-name.ts';
import type { Command } from './command.ts';
import { findConversations } from './find-conversations.ts';
import { openBeside } from './open-beside.ts';
import { readConversation, type Kept } from './read-conversation.ts';

export const show: Command = {
  usage: 'show WHO',
  about: 'says what is kept of a conversation or visitor, without their words',
  async run([who = ''], { env, say }) {
    await using beside = await openBeside(env);
    for (const id of await findConversations(beside, who)) {
      for (const line of linesOf(await readConversation(beside.store, id))) say(line);
    }
  },
};

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function linesOf({ conversation, events, threads }: Kept): string[] {
  const { id, site, visitor, createdAt, updatedAt, state } = conversation;
  const messages = events.flatMap((event) => (event.kind === 'message' ? [event.message] : []));
  const by = (kind: string) => messages.filter(({ author }) => author.kind === kind).length;
  const deleted = messages.filter((message) => message.deleted).length;
  const agents = [...new Set(messages.flatMap(({ author }) => (author.kind === 'agent' ? [author.name] : [])))];
  const { phase } = state.handoff;
  return [
    `Conversation ${shortName(id)}`,
    `  id          ${id}`,
    `  visitor     ${visitor}`,
    `  site        ${site}`,
    `  begun       ${time(createdAt)}`,
    `  last change ${time(updatedAt)}`,
    `  now         ${phase}: ${{ bot: 'the bot', people: 'people', nobody: 'nobody' }[ownerIn[phase]]} answers`,
    `  messages    ${by('visitor')} of the visitor, ${by('bot')} of the bot, ${by('agent')} of people` +
      (agents.length > 0 ? ` (${agents.join(', ')})` : '') +
      (deleted > 0 ? `; ${deleted} were deleted` : ''),
    `  at Chatwoot ${threads.map(({ ref }) => ref?.['number'] ?? 'one that is just being made').join(', ') || 'nothing'}`,
  ];
}
