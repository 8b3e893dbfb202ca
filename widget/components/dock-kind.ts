import type { RefObject } from 'preact';
import type { Handoff } from '../../shared/handoff.ts';
import type { Words } from '../text/words.ts';

/** What the dock is about. Another kind is another dock. */
export type DockKind = 'line' | 'asked' | 'asking' | 'transferring' | 'waiting' | 'joined' | 'finish' | 'expired';

export interface DockProps {
  handoff: Handoff;
  words: Words;
  /** "Talk to a person" is on its way, and the relay has not heard it yet. */
  isAsked: boolean;
  /** A person took over just now. */
  hasJoined: boolean;
  /** "Finish…" was pressed, and is not decided yet. */
  isFinishing: boolean;
  isExpired: boolean;
  /** The relay lets the visitor wait, longer than usual. */
  isSlow: boolean;
  /** The person who answers is typing. */
  isTyping: boolean;
  /** Who answers, in the order in which they came; one of them, or several in turn. */
  people: readonly string[];
  /** When the person who answers joined today, in milliseconds since 1970. */
  since: number | null;
  /** Something was pressed, and its answer is awaited. */
  isBusy: boolean;
  onAsk: () => void;
  onChoose: (topic: string | null) => void;
  onCancel: () => void;
  /** Opens the card that asks how to leave a person, and closes it. */
  onFinish: (isFinishing: boolean) => void;
  onBack: () => void;
  onEnd: () => void;
  onStartAnew: () => void;
  /** Another dock stands here now, perhaps under a resting pointer. */
  onAppear: () => void;
  /** Where focus goes when a card folds under it. */
  message: RefObject<HTMLTextAreaElement | null>;
}

export function dockKind({
  handoff,
  isAsked,
  hasJoined,
  isFinishing,
  isExpired,
}: Pick<DockProps, 'handoff' | 'isAsked' | 'hasJoined' | 'isFinishing' | 'isExpired'>): DockKind {
  if (isExpired) return 'expired';
  switch (handoff.phase) {
    case 'bot':
    case 'ending':
      return isAsked ? 'asked' : 'line';
    case 'human':
      return isFinishing ? 'finish' : hasJoined ? 'joined' : 'line';
    case 'asking':
    case 'transferring':
    case 'waiting':
      return handoff.phase;
  }
}

/** What a person is called in passing. */
export const firstName = (name: string) => name.split(' ')[0] ?? name;
