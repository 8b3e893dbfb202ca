import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Clock } from '../clock.ts';
import type { Chat } from '../state/chat.ts';
import type { PanelState } from '../state/panel.ts';
import type { Words } from '../text/words.ts';
import type { TranscriptParts } from '../transcript.ts';

/** What is said aloud is gone before anybody could stumble over it. */
export const announcedMs = 2_000;

interface Parts {
  chat: Chat;
  panel: PanelState;
  clock: Clock;
  words: Words;
  transcript: TranscriptParts | null;
}

/** The only voice of the chat: each thing is said once. @returns what it says now, and how to make it say more */
export function useAnnouncer({ chat, panel, clock, words, transcript }: Parts): {
  announced: Signal<string>;
  say: (text: string) => void;
} {
  const announced = useSignal('');
  const callOff = useRef<() => void>(undefined);
  const say = (text: string) => {
    if (text === '') return;
    callOff.current?.();
    announced.value = text;
    callOff.current = clock.after(announcedMs, () => (announced.value = ''));
  };
  /** What was heard while the chat was closed is told as a number. */
  const heardBefore = useMemo(() => chat.heard.peek(), []);
  useSignalEffect(() => {
    const heard = chat.heard.value;
    if (heard !== heardBefore) say(transcript?.announcement(heard, chat.events.peek(), words) ?? '');
  });
  useEffect(() => {
    if (panel.missed.value > 0) say(words.newMessages(panel.missed.value));
    return () => callOff.current?.();
  }, []);
  return { announced, say };
}
