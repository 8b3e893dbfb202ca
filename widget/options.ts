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
  accent: string | undefined;
  label?: string | undefined;
  scheme: 'light' | 'dark' | undefined;
}

/** Tells the page's owner what to mend, in one line. Nothing is thrown into the page. */
export const advise = (text: string) => console.warn(`Baton: ${text}`);

/** The first language in the list that we speak, by its first part: `de-CH` is `de`. */
export function pickLanguage(wanted: readonly (string | undefined)[]): Language {
  return wanted.map((tag) => tag?.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}
const isLanguage = (name = ''): name is Language => name in launcherWords;

/**
 * Reads the script tag. Where the script's address names the site, the relay has put the site's settings on the tag; an
 * attribute goes before them.
 * @returns undefined for a tag without a site, which nobody can serve
 */
export function readOptions(script: HTMLScriptElement & { baton?: Settings }): Options | undefined {
  const { searchParams } = new URL(script.src);
  const given: Settings = { site: searchParams.get('site') ?? '', ...script.baton, ...script.dataset };
  const { site, language, scheme } = given;
  let { accent } = given;
  if (!site) return void advise('add data-site="…", a site of baton.yaml');
  if (accent && !CSS.supports('color', accent)) {
    advise(`accent="${accent}" is no colour`);
    accent = undefined;
  }
  return {
    ...given,
    relay: new URL('.', script.src).href,
    site,
    language: pickLanguage([language, document.documentElement.lang, ...navigator.languages]),
    accent,
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : undefined,
  };
}

/** What can be set, by its attribute's name without `data-`. */
type Setting = 'site' | 'language' | 'accent' | 'label' | 'scheme' | 'side' | 'offset' | 'offsetUp';
type Settings = { [name in Setting]?: string | undefined };

/** The one storage item of this site at this relay. Being there means: a conversation lives here. */
export const storageKey = ({ relay, site }: Pick<Options, 'relay' | 'site'>) => `baton ${site} ${relay}`;
