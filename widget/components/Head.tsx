import type { Ref } from 'preact';
import type { Handoff } from '../../shared/handoff.ts';
import type { Words } from '../text/words.ts';
import { Icon } from './Icon.tsx';
import { Mark, type Who } from './Mark.tsx';

interface Props {
  handoff: Handoff;
  /** Nobody answers on this page. */
  isShut: boolean;
  words: Words;
  /** Where focus goes when no field should get it. */
  title: Ref<HTMLHeadingElement>;
  onClose: () => void;
}

/** Who answers now. The bar under the mark is the baton: whoever has it above, answers below. */
export function Head({ handoff, isShut, words, title, onClose }: Props) {
  const { who, name, hint, isHeld } = holder(handoff, words);
  return (
    <header class="head" part="head" data-held={isHeld ? 'yes' : 'no'}>
      <div class="holder">
        <Mark who={who} />
        <div>
          <h2 ref={title} tabIndex={-1}>
            <bdi>{name}</bdi>
          </h2>
          {hint && !isShut && (
            <p>
              <bdi>{hint}</bdi>
            </p>
          )}
        </div>
      </div>
      <button class="btn" part="button" data-kind="icon" type="button" aria-label={words.closeChat} onClick={onClose}>
        <Icon name="down" />
      </button>
    </header>
  );
}

function holder(handoff: Handoff, words: Words): { who: Who; name: string; hint: string | null; isHeld: boolean } {
  switch (handoff.phase) {
    case 'transferring':
      return { who: { kind: 'seat' }, name: words.waiting, hint: handoff.team, isHeld: false };
    case 'waiting':
      return handoff.agent
        ? {
            who: { kind: 'agent', name: handoff.agent.name },
            name: words.waitingFor(handoff.agent.name),
            hint: handoff.team,
            isHeld: false,
          }
        : { who: { kind: 'seat' }, name: words.waiting, hint: handoff.team, isHeld: false };
    case 'human':
      return {
        who: { kind: 'agent', name: handoff.agent.name },
        name: handoff.agent.name,
        hint: handoff.team ?? words.person,
        isHeld: true,
      };
    case 'bot':
    case 'asking':
    case 'ending':
      return { who: { kind: 'bot' }, name: words.assistant, hint: words.answersAutomatically, isHeld: true };
  }
}
