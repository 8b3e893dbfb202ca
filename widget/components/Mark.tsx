import { createContext } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { Person } from '../../shared/message.ts';
import { webAddress } from './web-address.ts';
import { Icon } from './Icon.tsx';

/** Who: the assistant, nobody yet, or a person. */
export type Who = { kind: 'bot' } | { kind: 'seat' } | ({ kind: 'agent' } & Person);

/** Where pictures are: the relay's address, and what a site put into the assistant's square. */
export const Pictures = createContext<{ relay: string; logo?: string | undefined }>({ relay: '' });

/** Two letters of a name: of its first and its last word. */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  );
  return letters.join('').toUpperCase();
}

/** One of six colours behind a person's initials, the same for the same name. */
export function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return 1 + (sum % 6);
}

/** Always beside a name, so it says nothing to those who listen. */
export function Mark({ who }: { who: Who }) {
  const { relay, logo } = useContext(Pictures);
  const [missing, setMissing] = useState('');
  if (who.kind === 'seat')
    return (
      <span class="mark" data-kind="seat" aria-hidden="true">
        <svg viewBox="0 0 40 40">
          <path stroke-width="1.5" stroke-dasharray="3.2 3.85" d="M20 1.5a18.5 18.5 0 1 1 0 37 18.5 18.5 0 0 1 0-37Z" />
          <path
            stroke-width="2"
            d="M20 20a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm-8.5 9.5c.6-3.8 4-5.8 8.5-5.8s7.9 2 8.5 5.8"
          />
        </svg>
      </span>
    );
  const isBot = who.kind === 'bot';
  const address = webAddress((isBot ? logo : who.picture) ?? '', relay);
  return (
    <span
      class="mark"
      data-kind={who.kind}
      data-hue={isBot ? undefined : (who.hue ?? hueOf(who.name))}
      aria-hidden="true"
    >
      {address !== '' && address !== missing ? (
        // A page may forbid it, or it is gone.
        <img alt="" src={address} onError={() => setMissing(address)} />
      ) : isBot ? (
        <Icon name="assistant" />
      ) : (
        initials(who.name) || <Icon name="person" />
      )}
    </span>
  );
}
