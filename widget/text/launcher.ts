/** The few words the loader needs, in every language there is; all others come with the panel. */
export const launcherWords = {
  en: { open: 'Open chat', failed: 'The chat did not load. Try again.' },
  de: { open: 'Chat öffnen', failed: 'Der Chat wurde nicht geladen. Noch einmal.' },
  ar: { open: 'افتح المحادثة', failed: 'لم تُحمَّل المحادثة. حاول مجددًا.' },
};
export type Language = keyof typeof launcherWords;

/** The launcher's name begins with what can be read on it, so that it can be asked for by voice. */
export const launcherName = (label: string | undefined, name: string) => (label ? `${label}, ${name}` : name);
