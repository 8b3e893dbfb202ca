/** The launcher's name, and what it says when the panel did not load; all other words come with the panel. */
export const launcherWords = {
  en: ['Open chat', 'The chat did not load. Try again.'],
  de: ['Chat öffnen', 'Der Chat wurde nicht geladen. Noch einmal.'],
  ar: ['افتح المحادثة', 'تعذر تحميل المحادثة. حاول مجددا.'],
} as const;
export type Language = keyof typeof launcherWords;

/** The launcher's name begins with what can be read on it, so that it can be asked for by voice. */
export const launcherName = (label: string | undefined, name: string) => (label ? `${label}, ${name}` : name);
