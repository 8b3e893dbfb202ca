import type { RefObject } from 'preact';
import { useId, useLayoutEffect } from 'preact/hooks';
import { longestText } from '../../shared/limits.ts';
import type { Words } from '../text/words.ts';
import { Icon } from './Icon.tsx';

interface Props {
  draft: string;
  /** Nothing can be sent from here. */
  isShut: boolean;
  words: Words;
  message: RefObject<HTMLTextAreaElement | null>;
  onDraft: (draft: string) => void;
  onSend: () => void;
}

/** How much may be left before it is told. */
const tellLeft = 200;
const growsByItself = typeof CSS !== 'undefined' && CSS.supports('field-sizing', 'content');

/** How many characters may be added to what would be sent; below 0 it is too long. */
export const charactersLeft = (draft: string) => longestText - draft.trim().length;

/**
 * The same in every state. Enter sends, Shift and Enter breaks the line. What is pasted is kept as it is: where it is too
 * long, it is told by how much, and cannot be sent until it is shorter.
 */
export function Composer({ draft, isShut, words, message, onDraft, onSend }: Props) {
  const hint = useId();
  const left = charactersLeft(draft);
  const describedBy = left <= tellLeft ? hint : undefined;
  useLayoutEffect(() => {
    const field = message.current;
    if (growsByItself || !field) return;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }, [draft]);
  return (
    <>
      {describedBy && (
        <p class="hint" id={hint} data-over={left < 0 ? '' : undefined}>
          {left < 0 ? words.charactersTooMany(-left) : words.charactersLeft(left)}
        </p>
      )}
      <form
        class="composer"
        part="composer"
        data-empty={draft.trim() === '' ? '' : undefined}
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
          message.current?.focus();
        }}
      >
        <textarea
          ref={message}
          rows={1}
          disabled={isShut}
          dir={draft === '' ? undefined : 'auto'}
          aria-label={words.message}
          aria-describedby={describedBy}
          aria-invalid={left < 0}
          placeholder={words.message}
          enterkeyhint="send"
          value={draft}
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={(event) => {
            // While an input method composes a character, Enter belongs to it.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
            event.preventDefault();
            onSend();
          }}
        />
        <button
          class="btn"
          part="button"
          data-kind="main"
          type="submit"
          aria-label={words.send}
          aria-disabled={left < 0}
          aria-describedby={left < 0 ? hint : undefined}
          disabled={isShut}
        >
          <Icon name="send" />
        </button>
      </form>
    </>
  );
}
