import { useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import type { Stars } from '../../shared/handoff.ts';
import type { Chat } from '../state/chat.ts';
import { dockKind } from './dock-kind.ts';
import type { Stay } from './stay.ts';
import { isSameDay } from './time.ts';

/** What the dock shows, and what its buttons do. @param isSlow the relay lets the visitor wait */
export function useDock(chat: Chat, stay: Stay, isSlow: boolean) {
  const isFinishing = useSignal(false);
  const handoff = chat.handoff.value;
  // The person whom the visitor wanted to leave is gone, or another one is here.
  const answering = handoff.phase === 'human' || handoff.phase === 'hold' ? (handoff.agent?.name ?? '') : null;
  useLayoutEffect(() => {
    isFinishing.value = false;
  }, [answering]);

  const shown = {
    handoff,
    isAsked: chat.ask.value !== null,
    // Who comes after others does not take over from the assistant.
    hasJoined: chat.hasJoined.value && stay.arrivals < 2,
    isFinishing: isFinishing.value,
    isSlow,
    people: stay.people.map(({ name }) => name),
    since: stay.arrivals > 0 && isSameDay(stay.since, chat.now()) ? stay.since : null,
    isExpired: chat.trouble.value === 'expired',
    now: chat.now(),
  };
  return {
    shown,
    /** A person's typing is told in the dock's line; while a card stands there, in the transcript. */
    isTyping: dockKind(shown) === 'line' && handoff.phase === 'human' && chat.typing.value?.kind === 'agent',
    isFinishing,
    buttons: {
      onAsk: () => chat.askForPerson(),
      onChoose: (topic: string | null) => chat.want('handoff:choose', { topic }),
      /** What was asked for and not heard yet is taken back; else the relay is told. */
      onCancel() {
        const ask = chat.ask.value;
        if (ask) chat.outbox.remove(ask.id);
        if (!ask || handoff.phase !== 'bot') chat.want('handoff:cancel', {});
      },
      onWait: () => chat.want('handoff:wait', {}),
      onLeave: () => chat.want('handoff:leave', {}),
      onFinish: (value: boolean) => void (isFinishing.value = value),
      onBack: () => chat.want('handoff:back', {}),
      onEnd: () => chat.want('chat:end', {}),
      onRate: (stars: Stars | null, text: string) => chat.want('chat:rate', { stars, ...(text && { text }) }),
      onStartAnew: () => chat.startAnew(),
    },
  };
}
