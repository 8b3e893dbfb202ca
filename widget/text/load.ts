import type { Language } from './launcher.ts';
import type { Words } from './words.ts';

/** What a language's file exports. */
export interface WordsModule {
  words: Words;
}

const files: Record<Language, () => Promise<WordsModule>> = {
  en: () => import('./en.ts'),
  de: () => import('./de.ts'),
  ar: () => import('./ar.ts'),
};

/**
 * The words of a language.
 * @param fetched the loader has asked for the same file already
 * @returns English words where the others cannot be fetched: a chat in English is better than none
 */
export async function loadWords(language: Language, fetched?: Promise<WordsModule>): Promise<Words> {
  try {
    return (await (fetched ?? files[language]())).words;
  } catch {
    return (await files.en()).words;
  }
}
