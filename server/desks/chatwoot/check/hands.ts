import { z } from 'zod';
import { RelayError } from '../../../errors.ts';
import type { DeskThread } from '../../desk.ts';
import type { Hands, Written } from '../../semantics.ts';
import type { ChatwootDesk } from '../chatwoot-desk.ts';
import type { Ask } from '../http/answer.ts';
import type { Api } from '../http/api.ts';
import { readRange } from '../http/calls.ts';
import { Anything, Message } from '../http/shapes.ts';

const Sender = z.object({ meta: z.object({ sender: z.object({ id: z.number().int() }) }) });

/** What people do there, done by the token's user over the same API as their browsers use. */
export function handsAt(
  api: Api,
  desk: ChatwootDesk,
): Pick<Hands, 'desk' | 'say' | 'setStatus' | 'texts' | 'visitorOf'> {
  const at = ({ ref }: DeskThread, rest = '') => `conversations/${ref?.['number']}${rest}`;
  const asked = async <T>(ask: Ask<T>): Promise<T> => {
    const answer = await api.ask(ask);
    if (answer.ok) return answer.body;
    throw new RelayError(`the desk could not be asked: ${answer.why}`);
  };
  return {
    desk,
    say: async (thread, _agent, content) =>
      (await asked({ method: 'POST', path: at(thread, '/messages'), body: { content }, answer: Message })).id,
    setStatus: async (thread, _agent, status) =>
      void (await asked({ method: 'POST', path: at(thread, '/toggle_status'), body: { status }, answer: Anything })),
    texts: async (thread) => {
      const rows = await readRange(api, Number(thread.ref?.['number']), 1);
      if (!rows.ok) throw new RelayError(`the desk could not be asked: ${rows.why}`);
      return rows.body.flatMap(writtenIn);
    },
    visitorOf: async (thread) =>
      String((await asked({ method: 'GET', path: at(thread), answer: Sender })).meta.sender.id),
  };
}

/** A message as a person sees it there; nothing for an activity. */
export function writtenIn({ message_type, sender, content, private: hidden }: Message): Written[] {
  if (message_type === 2) return [];
  const by =
    message_type === 0 ? 'visitor' : sender?.type === 'agent_bot' ? 'bot' : sender?.type === 'user' ? 'agent' : 'desk';
  return [{ by, text: content ?? '', private: hidden !== false }];
}
