import { computed, effect, signal, untracked } from '@preact/signals';
import { typingEndsMs } from '../../shared/limits.ts';
import { isForPeopleIn } from '../../shared/phases.ts';
import type { Author } from '../../shared/message.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import type { Heard, History } from './history.ts';

interface Parts {
  link: Link;
  clock: Clock;
  history: History;
  /** The relay's clock, milliseconds since 1970. */
  now: () => number;
}

/** No bot is believed to be thinking for longer. */
const thinkingEndsMs = 60_000;
/** The card that says who answers from here stays this long. */
const joinedMs = 4_000;

/** What is so only now, and not history: who is writing, who has just come, whether the people can be reached. */
export function createPresence({ link, clock, history, now }: Parts) {
  const typing = signal<Author | null>(null);
  const isThinking = signal(false);
  const hasJoined = signal(false);
  /** The relay said so; whether it matters now is `isDeskAway`. */
  const isDeskUnreached = signal(false);

  const timers = new Map<string, () => void>();
  /** One timer a name; setting it again moves it. */
  function later(name: string, ms: number, run: () => void) {
    timers.get(name)?.();
    timers.set(name, clock.after(ms, run));
  }

  function follow({ events, first }: Heard) {
    for (const event of events) {
      if (event.kind === 'handoff' && event.because === 'joined' && event.seq === history.handoffSeq() && !first) {
        hasJoined.value = true;
        later('joined', joinedMs, () => (hasJoined.value = false));
      }
      const author = event.kind === 'message' ? event.message.author.kind : undefined;
      if (author && author !== 'visitor') typing.value = null;
      const owedMs = event.kind === 'message' && author === 'visitor' ? event.message.at + thinkingEndsMs - now() : 0;
      if (['message', 'handoff', 'botFailed'].includes(event.kind)) isThinking.value = owedMs > 0;
      if (owedMs > 0) later('thinking', owedMs, () => (isThinking.value = false));
    }
  }
  const stop = effect(() => {
    const heard = history.heard.value;
    untracked(() => follow(heard));
  });
  link.on('typing', ({ author, on }) => {
    if (author.kind === 'visitor') return;
    typing.value = on ? author : null;
    later('typing', typingEndsMs, () => (typing.value = null));
  });
  link.on('desk', ({ reached }) => (isDeskUnreached.value = !reached));

  return {
    typing,
    /** The bot owes an answer. */
    isThinking,
    /** Somebody has just taken over, before the visitor's eyes. */
    hasJoined,
    isDeskUnreached,
    /** What is written does not reach the people, who have the conversation or are awaited. */
    isDeskAway: computed(() => isDeskUnreached.value && isForPeopleIn[history.handoff.value.phase]),
    close() {
      stop();
      for (const callOff of timers.values()) callOff();
    },
  };
}
