import type { ComponentChildren } from 'preact';
import { findAddresses } from '../markdown/addresses.ts';

/** What the visitor wrote, as it was written: only addresses become links. */
export function Plain({ text, children }: { text: string; children?: ComponentChildren }) {
  return (
    <div class="text">
      <p class="plain">
        {findAddresses(text).map(({ text: words, href }) =>
          href ? (
            <a href={href} target="_blank" rel="noopener noreferrer nofollow">
              {words}
            </a>
          ) : (
            words
          ),
        )}
      </p>
      {children}
    </div>
  );
}
