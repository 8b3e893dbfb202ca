import type { RefObject } from 'preact';
import type { Handoff, Stars } from '../../shared/handoff.ts';
import type { Words } from '../text/words.ts';

/** What the dock is about. Another kind is another dock. */
export type DockKind =
  | 'line'
  | 'asked'
  | 'asking'
  | 'away'
  | 'transferring'
  | 'waiting'
  | 'tooLong'
  | 'joined'
  | 'hold'
  | 'finish'
  | 'left'
  | 'rating'
  | 'closed'
  | 'expired';

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
  /** Milliseconds since 1970, by the relay's clock. */
  now: number;
  /** Something was pressed, and its answer is awaited. */
  isBusy: boolean;
  onAsk: () => void;
  onChoose: (topic: string | null) => void;
  onCancel: () => void;
  onWait: () => void;
  onLeave: () => void;
  /** @param stars null where the visitor does not want to say */
  onRate: (stars: Stars | null, text: string) => void;
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
      return isAsked ? 'asked' : 'line';
    case 'ending':
      return isAsked ? 'asked' : handoff.mayRate ? 'rating' : 'line';
    case 'closed':
      return isAsked ? 'asked' : handoff.isRated ? 'closed' : 'line';
    case 'human':
      return isFinishing ? 'finish' : hasJoined ? 'joined' : 'line';
    case 'hold':
      return isFinishing ? 'finish' : 'hold';
    case 'async':
      return 'left';
    case 'asking':
      return handoff.away ? 'away' : 'asking';
    case 'waiting':
      return handoff.tooLong === undefined ? 'waiting' : 'tooLong';
    case 'transferring':
      return 'transferring';
  }
}

/** What a person is called in passing. */
export const firstName = (name: string) => name.split(' ')[0] ?? name;
