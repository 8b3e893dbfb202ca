import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Handoff } from '../../shared/handoff.ts';
import type { Words } from '../text/words.ts';
import { Icon, type IconName } from './Icon.tsx';
import { type At, Pass } from './Pass.tsx';

/** What the dock is about; another kind is another dock. */
export type DockKind = 'line' | 'asked' | 'asking' | 'transferring' | 'waiting' | 'joined' | 'expired';

interface Props {
  handoff: Handoff;
  words: Words;
  /** "Talk to a person" is on its way, and nobody has heard it yet. */
  isAsked: boolean;
  /** A person took over just now. */
  hasJoined: boolean;
  isExpired: boolean;
  /** Something was pressed, and its answer is awaited. */
  isBusy: boolean;
  onAsk: () => void;
  onChoose: (topic: string | null) => void;
  onCancel: () => void;
  onBack: () => void;
  onEnd: () => void;
  onStartAnew: () => void;
  /** Where focus goes when a card folds under it. */
  message: RefObject<HTMLTextAreaElement | null>;
}

export function dockKind({
  handoff,
  isAsked,
  hasJoined,
  isExpired,
}: Pick<Props, 'handoff' | 'isAsked' | 'hasJoined' | 'isExpired'>): DockKind {
  if (isExpired) return 'expired';
  switch (handoff.phase) {
    case 'bot':
    case 'ending':
      return isAsked ? 'asked' : 'line';
    case 'human':
      return hasJoined ? 'joined' : 'line';
    case 'asking':
    case 'transferring':
    case 'waiting':
      return handoff.phase;
  }
}

/** Everything about who is next: one line while nothing is under way, a card while something is. */
export function Dock(props: Props) {
  const kind = dockKind(props);
  const box = useRef<HTMLDivElement>(null);
  // Another key is another dock: whatever was pressed in the one before is gone.
  const key = kind !== 'line' ? kind : props.handoff.phase === 'human' ? 'person' : 'assistant';
  const drawn = useRef(key);
  // Looked at before the drawing takes the focused button away.
  const root = box.current?.getRootNode() as Document | ShadowRoot | undefined;
  const hadFocus = drawn.current !== key && box.current?.contains(root?.activeElement ?? null);
  const shouldFocus = useRef(false);
  const pressed = useRef<EventTarget>(null);
  if (hadFocus) shouldFocus.current = true;
  useLayoutEffect(() => {
    drawn.current = key;
    if (!shouldFocus.current) return;
    shouldFocus.current = false;
    (kind === 'line' ? props.message.current : box.current)?.focus();
  }, [key]);
  const { words } = props;
  return (
    <div
      class="dock"
      part="dock"
      key={key}
      ref={box}
      data-size={kind === 'line' ? 'line' : 'card'}
      role={kind === 'line' ? undefined : 'group'}
      aria-label={groupName(kind, words)}
      tabIndex={kind === 'line' ? undefined : -1}
      // The second half of a double click was meant for what stood here before.
      onClickCapture={(event) => {
        if (event.detail > 1 && event.currentTarget !== pressed.current) event.stopPropagation();
        else pressed.current = event.currentTarget;
      }}
    >
      {inside(kind, props)}
    </div>
  );
}

function groupName(kind: DockKind, words: Words): string | undefined {
  switch (kind) {
    case 'line':
      return undefined;
    case 'waiting':
      return words.waiting;
    case 'joined':
      return words.whoAnswers;
    case 'expired':
      return words.expired;
    default:
      return words.talkToPerson;
  }
}

function inside(
  kind: DockKind,
  { handoff, words, isBusy, onAsk, onChoose, onCancel, onBack, onEnd, onStartAnew }: Props,
) {
  const team = 'team' in handoff ? handoff.team : null;
  const agent = 'agent' in handoff ? (handoff.agent?.name ?? null) : null;
  const button = (label: string, press: () => void, icon?: IconName, isQuiet = true) => (
    <button
      class="btn"
      part="button"
      type="button"
      data-kind={isQuiet ? 'quiet' : undefined}
      aria-disabled={isBusy}
      onClick={() => {
        if (!isBusy) press();
      }}
    >
      {icon && <Icon name={icon} />}
      <bdi>{label}</bdi>
    </button>
  );
  const cancel = <p class="row">{button(words.cancel, onCancel)}</p>;
  switch (kind) {
    case 'line':
      return handoff.phase === 'human' ? (
        <>
          {button(words.backToAssistant, onBack, 'assistant')}
          {button(words.endChat, onEnd)}
        </>
      ) : (
        button(words.talkToPerson, onAsk, 'person')
      );
    case 'asked':
      return (
        <Card at="asked" title={words.asked}>
          <p>{words.passedOnInOrder}</p>
          {cancel}
        </Card>
      );
    case 'asking':
      return (
        <Card at="asked" title={words.whatAbout}>
          <div class="choices">
            {'topics' in handoff &&
              handoff.topics.map(({ id, label }) => button(label, () => onChoose(id), undefined, false))}
            {button(words.somethingElse, () => onChoose(null), undefined, false)}
          </div>
          <p class="row">{button(words.stay, onCancel)}</p>
        </Card>
      );
    case 'transferring':
      return (
        <Card at="asked" title={words.connecting(team)}>
          <p>{words.passedOnInOrder}</p>
          {cancel}
        </Card>
      );
    case 'waiting':
      return (
        <Card at="waiting" agent={agent} title={agent === null ? words.knows(team) : words.hasConversation(agent)}>
          <p>{agent === null ? words.waitUnknown : words.placeKept}</p>
          {cancel}
        </Card>
      );
    case 'joined':
      return (
        <Card at="agent" agent={agent} title={words.answersFromHere(agent ?? words.person)}>
          <p>{words.canReadAbove(agent?.split(' ')[0] ?? words.person)}</p>
        </Card>
      );
    case 'expired':
      return (
        <>
          <h3>{words.expired}</h3>
          <p>{words.expiredHint}</p>
          <p class="row">
            <button class="btn" part="button" type="button" data-kind="main" onClick={onStartAnew}>
              {words.startAnew}
            </button>
          </p>
        </>
      );
  }
}

function Card({
  at,
  agent = null,
  title,
  children,
}: {
  at: At;
  agent?: string | null;
  title: string;
  children: ComponentChildren;
}) {
  return (
    <>
      <Pass at={at} agent={agent} />
      <h3>{title}</h3>
      {children}
    </>
  );
}
