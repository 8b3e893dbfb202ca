/** Words by language (BCP 47). A value that is the same for everybody is kept under `en`. */
export type InLanguages<T> = Readonly<Record<string, T>>;

/**
 * The words for a visitor: their language as it is (`de-AT`), else without its region (`de`), else English, else
 * whatever there is.
 */
export function inLanguage<T>(words: InLanguages<T>, language: string): T | undefined {
  const wanted = language.toLowerCase();
  const keys = Object.keys(words);
  const key =
    keys.find((each) => each.toLowerCase() === wanted) ??
    keys.find((each) => each.toLowerCase() === wanted.split('-')[0]) ??
    (keys.includes('en') ? 'en' : keys[0]);
  return key === undefined ? undefined : words[key];
}

/**
 * What two people would call the same words: without letter case, accents, punctuation, and the spellings that change
 * nothing in Arabic (hamza, vowel signs, the last letter) or German (ß).
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u0640'’]/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ة/g, 'ه')
    .replace(/ى/g, 'ي')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
