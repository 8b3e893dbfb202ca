import { type Signal, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { Clock } from '../clock.ts';
import type { Chat } from '../state/chat.ts';
import type { Entry } from '../state/saved.ts';
import type { Words } from '../text/words.ts';
import type { TranscriptParts } from '../transcript.ts';
import { announcedMs } from './announcer.ts';
import type { BubbleActions, SendState } from './Bubble.tsx';

interface Parts {
  chat: Chat;
  clock: Clock;
  words: Words;
  transcript: TranscriptParts | null;
  say: (text: string) => void;
}

/** What can be done with a message; `copied` is the one that was copied just now. */
export function useBubbleActions({ chat, clock, words, transcript, say }: Parts): {
  actions: BubbleActions;
  copied: Signal<string | null>;
} {
  const copied = useSignal<string | null>(null);
  async function copy(id: string, text: string) {
    await navigator.clipboard.writeText(text);
    copied.value = id;
    say(words.copied);
    clock.after(announcedMs, () => (copied.value = null));
  }
  const actions = useMemo<BubbleActions>(
    () => ({
      choose: (choice) => chat.send(choice.title, choice),
      retry: (id) => (chat.undelivered.ids.peek().has(id) ? chat.undelivered.retry(id) : chat.outbox.retry(id)),
      remove: (id) => (chat.undelivered.ids.peek().has(id) ? chat.undelivered.remove(id) : chat.outbox.remove(id)),
      copy: ({ id, text }) => void copy(id, transcript?.plainText(text, '\n') ?? text),
    }),
    [transcript, words],
  );
  return { actions, copied };
}

/** Tells of a message that is not in the log yet how far it is. @param isAway the connection is gone for a while */
export function useSendState(chat: Chat, words: Words, isAway: boolean): (entry: Entry) => SendState {
  const isPaused = chat.outbox.pause.value !== null;
  const isSilent = chat.isSlow.value;
  return useMemo(
    () =>
      ({ failed }) => {
        if (failed) return { failed: failed === 'invalid' || failed === 'conflict' ? words[failed] : null };
        if (isAway && !navigator.onLine) return 'kept';
        return isAway || isPaused || isSilent ? 'waiting' : 'sending';
      },
    [isAway, isPaused, isSilent],
  );
}
