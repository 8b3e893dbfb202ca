import type { ComponentChildren } from 'preact';
import type { Person } from '../../shared/message.ts';
import { type At, Pass } from './Pass.tsx';
import { Sentence } from './Sentence.tsx';

/** The last row of a card: the safe way out stands where the button was that opened the card. */
export const Row = ({ children }: { children: ComponentChildren }) => (
  <p class="row" data-end="">
    {children}
  </p>
);

interface CardProps {
  /** Where the baton is; left out where nothing is passed. */
  at?: At;
  person?: Person | null;
  title: string;
  hint?: string;
  names?: (string | null)[];
  children?: ComponentChildren;
}

export function Card({ at, person = null, title, hint, names = [], children }: CardProps) {
  return (
    <>
      {at && <Pass at={at} agent={person} />}
      <h3>
        <Sentence text={title} names={names} />
      </h3>
      {hint && (
        <p>
          <Sentence text={hint} names={names} />
        </p>
      )}
      {children}
    </>
  );
}
