import { type Language, launcherWords } from './text/launcher.ts';

/** Where launcher and panel are. What is left out stays as it is. */
export interface Place {
  /** `left` or `right`. */
  side?: string | undefined;
  /** From the window's side, and from its lower edge: a length of CSS. */
  offset?: string | undefined;
  offsetUp?: string | undefined;
}

/** What the script tag says, and what follows from it. */
export interface Options extends Place {
  /** Address of the relay's root, with the slash at its end: where the script came from. */
  relay: string;
  site: string;
  language: Language;
  /** What a site may set; undefined where it left that to us. */
  accent?: string | undefined;
  label?: string | undefined;
  scheme: 'light' | 'dark' | undefined;
}

/** Tells the page's owner what to mend, in one line. Nothing is thrown into the page. */
export const advise = (text: string) => console.warn(`Baton: ${text}`);

/** @returns the value where it is one of those named; else undefined, and the page's owner is told */
export function oneOf<Name extends string>(what: string, value: string | undefined, names: Name[]) {
  if (names.includes(value as Name)) return value as Name;
  if (value) advise(`${what}="${value}" is none of ${names}`);
}

/** The first language in the list that we speak, by its first part: `de-CH` is `de`. */
export function pickLanguage(wanted: readonly (string | undefined)[]): Language {
  const isLanguage = (name: string): name is Language => name in launcherWords;
  return wanted.map((tag) => `${tag}`.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/**
 * Reads the script tag. Where the script's address names the site, the relay has put the site's settings on the tag; an
 * attribute goes before them.
 * @returns undefined for a tag without a site, which nobody can serve
 */
export function readOptions(script: HTMLScriptElement & { baton?: Settings }): Options | undefined {
  const { searchParams } = new URL(script.src);
  const given: Settings = { site: searchParams.get('site') as string, ...script.baton, ...script.dataset };
  if (!given.site) return void advise('no data-site');
  return {
    ...(given as Settings & { site: string }),
    relay: new URL('.', script.src).href,
    language: pickLanguage([given.language, document.documentElement.lang, ...navigator.languages]),
    scheme: oneOf('scheme', given.scheme, ['dark', 'light']),
  };
}

/** What can be set, by its attribute's name without `data-`. */
type Setting = 'site' | 'language' | 'accent' | 'label' | 'scheme' | 'side' | 'offset' | 'offsetUp';
type Settings = { [name in Setting]?: string | undefined };

/** The one storage item of this site at this relay. Being there means: a conversation lives here. */
export const storageKey = ({ relay, site }: Pick<Options, 'relay' | 'site'>) => `baton ${site} ${relay}`;
