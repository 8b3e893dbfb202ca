import { Component, createRef } from 'preact';
import type { Cards } from '../cards.ts';
import type { Words } from '../text/words.ts';
import { dockKind, firstName, type DockKind, type DockProps } from './dock-kind.ts';
import { DockButton } from './DockButton.tsx';
import { listNames, Sentence } from './Sentence.tsx';
import { clock } from './time.ts';

type Props = DockProps & {
  /** Null until they are fetched. */
  cards: Cards | null;
};

/** The line of the assistant and that of a person are two docks: what was pressed in one is gone in the other. */
function keyOf(props: DockProps): string {
  const kind = dockKind(props);
  return kind === 'line' ? `${kind} ${props.handoff.phase === 'human' ? 'person' : 'assistant'}` : kind;
}

/** Who is next: one line at rest, a card while something is under way. */
export class Dock extends Component<Props> {
  box = createRef<HTMLDivElement>();

  override componentDidMount() {
    this.props.onAppear();
  }
  /** @returns whether a dock goes that has the focus: asked before its buttons are taken away */
  override getSnapshotBeforeUpdate(before: Props): boolean {
    const root = this.box.current?.getRootNode() as Document | ShadowRoot | undefined;
    return keyOf(before) !== keyOf(this.props) && !!this.box.current?.contains(root?.activeElement ?? null);
  }
  override componentDidUpdate(before: Props, _state: unknown, hadFocus: boolean) {
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
        {isLine ? (
          <Line {...props} />
        ) : props.cards ? (
          <props.cards.DockCard {...props} kind={kind} />
        ) : (
          <h3>{groupName(kind, props.words)}</h3>
        )}
      </div>
    );
  }
}

function groupName(kind: DockKind, words: Words): string | undefined {
  switch (kind) {
    case 'line':
      return undefined;
    case 'waiting':
    case 'tooLong':
      return words.waiting;
    case 'joined':
    case 'hold':
      return words.whoAnswers;
    case 'left':
      return words.yourMessage;
    case 'rating':
      return words.rating;
    case 'closed':
      return words.chatEnded;
    case 'finish':
      return words.finish;
    case 'expired':
      return words.expired;
    default:
      return words.talkToPerson;
  }
}

/** At its start who is next, at its end the way out. */
function Line({ handoff, words, isSlow, isTyping, people, since, isBusy, onAsk, onFinish }: DockProps) {
  if (isSlow) return <Status isMoving text={words.slow} names={[]} />;
  if (handoff.phase !== 'human') {
    return (
      <DockButton icon="person" isBusy={isBusy} onPress={onAsk}>
        {words.talkToPerson}
      </DockButton>
    );
  }
  const name = firstName(handoff.agent.name);
  const all = people.length > 1 ? people.map(firstName) : [name];
  const time = since === null || all.length > 1 ? null : clock(since, words);
  return (
    <>
      <Status
        isMoving={isTyping}
        text={isTyping ? words.isTyping(name) : words.withSince(listNames(all, words), time)}
        names={[...all, time]}
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
