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

/** What somebody means is in their first words; a long letter shall not keep all others waiting. In characters. */
const longestFolded = 1_000;

/**
 * What two people would call the same words: without letter case, accents, punctuation, and the spellings that change
 * nothing in Arabic (hamza, vowel signs, the last letter) or German (ß).
 * @returns at most 1,000 characters: what comes later is left out, for one ligature may become 18 letters
 */
export function fold(text: string): string {
  return text
    .slice(0, longestFolded)
    .normalize('NFKD')
    .slice(0, 4 * longestFolded)
    .replace(/[\p{M}\u0640'’]/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ة/g, 'ه')
    .replace(/ى/g, 'ي')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, longestFolded);
}

/** Letters of these are never joined or parted by a mark. */
const plainScripts = 'Latn Grek Cyrl Armn Geor Hebr Hani Hang Hira Kana Zyyy'.split(' ');
/** What has no shape of its own and is needed all the same. */
const needed = [
  // The shape of the character before it, once.
  String.raw`(?<=\P{DI})\p{VS}`,
  // One picture made of several.
  String.raw`(?<=\p{ExtPict}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{ExtPict})`,
  // Whether two letters join, in Persian, Hindi and others.
  String.raw`(?<=(?![${plainScripts.map((script) => `\\p{sc=${script}}`).join('')}])[\p{L}\p{M}])[\u200c\u200d]`,
].join('|');
const unseen = new RegExp(String.raw`(?=\p{DI})(?!${needed})\p{DI}`, 'gu');

/**
 * A text without what nobody sees and programs read all the same: tags, zero widths, the controls that turn the
 * direction of reading. Joiners stay where scripts and emoji need them.
 */
export function visible(text: string): string {
  return text.replace(unseen, '');
}
