import type { ComponentChildren } from 'preact';
import type { Words } from '../text/words.ts';

/**
 * A sentence with names and times in it. Each of them keeps its own direction, whatever the sentence's is, and is not
 * broken over two lines.
 */
export function Sentence({ text, names }: { text: string; names: readonly (string | null)[] }) {
  let parts: ComponentChildren[] = [text];
  for (const name of names) {
    parts = parts.flatMap((part) => {
      const at = name && typeof part === 'string' ? part.indexOf(name) : -1;
      if (!name || typeof part !== 'string' || at < 0) return [part];
      return [part.slice(0, at), <bdi class="name">{name}</bdi>, part.slice(at + name.length)];
    });
  }
  return <>{parts}</>;
}

/** "Mara and Jon", in the visitor's language. */
export const listNames = (names: readonly string[], words: Words) => new Intl.ListFormat(words.locale).format(names);
