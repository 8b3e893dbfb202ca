import { Component, createRef, type RefObject } from 'preact';
import type { Handoff } from '../../shared/handoff.ts';
import type { Words } from '../text/words.ts';
import { DockButton } from './DockButton.tsx';
import { DockCard } from './DockCard.tsx';
import { Sentence } from './Sentence.tsx';
import { clock } from './time.ts';

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

/** The line of the assistant and that of a person are two docks: what was pressed in one is gone in the other. */
function keyOf(props: DockProps): string {
  const kind = dockKind(props);
  return kind === 'line' ? `${kind} ${props.handoff.phase === 'human' ? 'person' : 'assistant'}` : kind;
}

/** Who is next: one line at rest, a card while something is under way. */
export class Dock extends Component<DockProps> {
  box = createRef<HTMLDivElement>();

  override componentDidMount() {
    this.props.onAppear();
  }
  /** @returns whether a dock goes that has the focus: asked before its buttons are taken away */
  override getSnapshotBeforeUpdate(before: DockProps): boolean {
    const root = this.box.current?.getRootNode() as Document | ShadowRoot | undefined;
    return keyOf(before) !== keyOf(this.props) && !!this.box.current?.contains(root?.activeElement ?? null);
  }
  override componentDidUpdate(before: DockProps, _state: unknown, hadFocus: boolean) {
    if (keyOf(before) === keyOf(this.props)) return;
    this.props.onAppear();
    if (hadFocus) (dockKind(this.props) === 'line' ? this.props.message : this.box).current?.focus();
  }

  override render() {
    const { props } = this;
    const kind = dockKind(props);
    const isLine = kind === 'line';
    return (
      <div
        class="dock"
        part="dock"
        key={keyOf(props)}
        ref={this.box}
        data-size={isLine ? 'line' : 'card'}
        role={isLine ? undefined : 'group'}
        aria-label={groupName(kind, props.words)}
        tabIndex={isLine ? undefined : -1}
      >
        {isLine ? <Line {...props} /> : <DockCard {...props} kind={kind} />}
      </div>
    );
  }
}

function groupName(kind: DockKind, words: Words): string | undefined {
  switch (kind) {
    case 'line':
      return undefined;
    case 'waiting':
      return words.waiting;
    case 'joined':
      return words.whoAnswers;
    case 'finish':
      return words.finish;
    case 'expired':
      return words.expired;
    default:
      return words.talkToPerson;
  }
}

/** At its start who is next, at its end the way out. */
function Line({ handoff, words, isSlow, isTyping, since, isBusy, onAsk, onFinish }: DockProps) {
  if (isSlow) return <Status isMoving text={words.slow} names={[]} />;
  if (handoff.phase !== 'human') {
    return (
      <DockButton icon="person" isBusy={isBusy} onPress={onAsk}>
        {words.talkToPerson}
      </DockButton>
    );
  }
  const name = firstName(handoff.agent.name);
  const time = since === null ? null : clock(since, words);
  return (
    <>
      <Status
        isMoving={isTyping}
        text={isTyping ? words.isTyping(name) : words.withSince(name, time)}
        names={[name, time]}
      />
      <DockButton isBusy={isBusy} onPress={() => onFinish(true)}>
        {words.finish}
      </DockButton>
    </>
  );
}

function Status({ isMoving, text, names }: { isMoving: boolean; text: string; names: (string | null)[] }) {
  return (
    <p class="status">
      {isMoving && (
        <span class="dots" aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
      <span>
        <Sentence text={text} names={names} />
      </span>
    </p>
  );
}

/** What a person is called in passing. */
export const firstName = (name: string) => name.split(' ')[0] ?? name;
