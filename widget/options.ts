import { type Language, launcherWords } from './text/launcher.ts';

/** What the script tag says, and what follows from it. */
export interface Options {
  /** Address of the relay's root, with the slash at its end: where the script came from. */
  relay: string;
  site: string;
  language: Language;
  /** The three things a site may set; undefined where it left them to us. */
  accent: string | undefined;
  label: string | undefined;
  scheme: 'light' | 'dark' | undefined;
}

/** The first language in the list that we speak, by its first part: `de-CH` is `de`. */
export function pickLanguage(wanted: readonly (string | undefined)[]): Language {
  return wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}
const isLanguage = (name = ''): name is Language => name in launcherWords;

/**
 * Reads the script tag.
 * @returns undefined for a tag without a site, which nobody can serve
 */
export function readOptions(script: HTMLScriptElement): Options | undefined {
  const { site, language, accent, label, scheme } = script.dataset;
  if (!site) return undefined;
  return {
    relay: new URL('.', script.src).href,
    site,
    language: pickLanguage([language, document.documentElement.lang, ...navigator.languages]),
    accent,
    label,
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : undefined,
  };
}

/** The one storage item of this site at this relay. Being there means: a conversation lives here. */
export const storageKey = ({ relay, site }: Pick<Options, 'relay' | 'site'>) => `baton ${site} ${relay}`;
