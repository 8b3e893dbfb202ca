import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Handoff } from '../../shared/handoff.ts';
import type { SiteInfo } from '../../shared/protocol.ts';
import type { Words } from '../text/words.ts';
import { Icon } from './Icon.tsx';
import { Mark, type Who } from './Mark.tsx';
import { Pass } from './Pass.tsx';
import { listNames, Sentence } from './Sentence.tsx';
import type { Stay } from './stay.ts';

interface Props {
  handoff: Handoff;
  stay: Stay;
  /** The site, while nobody has said anything. */
  cover: SiteInfo | null;
  /** Nothing is known yet, not even who answers. */
  isEmpty: boolean;
  /** Nobody answers on this page. */
  isShut: boolean;
  words: Words;
  /** Where focus goes when no field should get it. */
  title: Ref<HTMLHeadingElement>;
  onClose: () => void;
}

/** Who answers now. The bar under the mark is the baton: the one who has it answers. */
export function Head({ handoff, stay, cover, isEmpty, isShut, words, title, onClose }: Props) {
  const { who, title: name, names, hint, isHeld } = holder(handoff, stay, words);
  const box = useFold(cover !== null);
  return (
    <div class="head" part="head" ref={box} data-held={cover ? 'cover' : isHeld && !isEmpty ? 'yes' : 'no'}>
      <div class="holder">
        {!cover && <Marks who={isEmpty ? [] : who} />}
        <div>
          <h2 class={isEmpty ? 'unseen' : undefined} ref={title} tabIndex={-1}>
            {cover ? <bdi>{cover.name}</bdi> : <Sentence text={isEmpty ? words.chatWith(null) : name} names={names} />}
          </h2>
          {isEmpty && (
            <>
              <div class="bone" />
              <div class="bone" />
            </>
          )}
          {hint && !isShut && !cover && !isEmpty && (
            <p>
              <bdi>{hint}</bdi>
            </p>
          )}
        </div>
      </div>
      <button class="btn" part="button" data-kind="icon" type="button" aria-label={words.closeChat} onClick={onClose}>
        <Icon name="down" />
      </button>
      {cover && <Cover intro={cover.intro} isAlone={cover.handoff === 'off'} words={words} />}
    </div>
  );
}

/** Where the cover was, the head is as high as that at first, and folds from there. */
function useFold(isCover: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const wasCover = useRef(isCover);
  // Before anything is drawn.
  const height = wasCover.current && !isCover ? (box.current?.offsetHeight ?? 0) : 0;
  wasCover.current = isCover;
  useLayoutEffect(() => {
    const head = box.current;
    if (!head || height === 0) return;
    const style = getComputedStyle(head);
    const token = (name: string) => style.getPropertyValue(name).trim();
    // 0 s for whoever wants no movement.
    const calm = token('--calm');
    const duration = parseFloat(calm) * (calm.endsWith('ms') ? 1 : 1_000);
    if (duration > 0)
      head.animate(
        [
          { blockSize: `${height}px`, background: token('--wash'), overflow: 'clip' },
          { blockSize: `${head.offsetHeight}px`, background: token('--paper'), overflow: 'clip' },
        ],
        { duration, easing: token('--ease') || 'ease' },
      );
  });
  return box;
}

function Marks({ who }: { who: readonly Who[] }) {
  const [first] = who;
  if (!first) return <span class="mark bone" />;
  if (who.length === 1) return <Mark who={first} />;
  return (
    <span class="marks">
      {who.map((each) => (
        <Mark who={each} />
      ))}
    </span>
  );
}

/** The pass itself says who is here. Where nobody can take over there is none. */
function Cover({ intro, isAlone, words }: { intro: string | undefined; isAlone: boolean; words: Words }) {
  return (
    <div class="cover">
      {intro && <p dir="auto">{intro}</p>}
      {!isAlone && <Pass at="bot" agent={null} />}
      <div class="ends">
        <p>
          <b>
            <bdi>{words.assistant}</bdi>
          </b>
          <span>{words.answersNow}</span>
        </p>
        {!isAlone && (
          <p>
            <b>{words.person}</b>
            <span>{words.wheneverYouAsk}</span>
          </p>
        )}
      </div>
    </div>
  );
}

interface Holder {
  who: readonly Who[];
  title: string;
  names: readonly string[];
  hint: string | null;
  isHeld: boolean;
}

function holder(handoff: Handoff, stay: Stay, words: Words): Holder {
  switch (handoff.phase) {
    case 'transferring':
    case 'waiting': {
      const agent = 'agent' in handoff ? handoff.agent : null;
      return {
        who: [agent ? { kind: 'agent', ...agent } : { kind: 'seat' }],
        title: agent ? words.waitingFor(agent.name) : words.waiting,
        names: agent ? [agent.name] : [],
        hint: handoff.team,
        isHeld: false,
      };
    }
    case 'human':
    case 'hold': {
      const { agent, team } = handoff;
      const people = stay.people.length > 0 ? stay.people : agent ? [{ ...agent, team }] : [];
      if (people.length === 0)
        return { who: [{ kind: 'seat' }], title: words.waiting, names: [], hint: team, isHeld: false };
      const names = people.map(({ name }) => name);
      const teams = [...new Set(people.flatMap((person) => person.team ?? []))];
      return {
        who: people.slice(-2).map((person) => ({ kind: 'agent', ...person })),
        title: listNames(names, words),
        names,
        hint: teams.join(', ') || words.person,
        isHeld: true,
      };
    }
    case 'bot':
    case 'asking':
    case 'async':
    case 'ending':
    case 'closed':
      return {
        who: [{ kind: 'bot' }],
        title: words.assistant,
        names: [words.assistant],
        hint: words.automaticAssistant,
        isHeld: true,
      };
  }
}
