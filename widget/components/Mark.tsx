import { Icon } from './Icon.tsx';

/** Who: the assistant, nobody yet, or a person by name. */
export type Who = { kind: 'bot' } | { kind: 'seat' } | { kind: 'agent'; name: string };

/** Two letters of a name: of its first and its last word. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  );
  return letters.join('').toUpperCase();
}

/** Always beside a name, so it says nothing to those who listen. */
export function Mark({ who }: { who: Who }) {
  return (
    <span class="mark" data-kind={who.kind} aria-hidden="true">
      {who.kind === 'agent' ? (
        initials(who.name) || <Icon name="person" />
      ) : (
        <Icon name={who.kind === 'bot' ? 'assistant' : 'person'} />
      )}
    </span>
  );
}
