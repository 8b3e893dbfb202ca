import { en } from './en.ts';
import type { Language } from './launcher.ts';
import type { Words } from './words.ts';

/** The words of a language; English if they cannot be fetched, for that is here already. */
export async function loadWords(language: Language): Promise<Words> {
  try {
    if (language === 'de') return (await import('./de.ts')).translated;
    if (language === 'ar') return (await import('./ar.ts')).translated;
  } catch {
    // A chat in English is better than none.
  }
  return en;
}
