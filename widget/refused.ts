import { advise } from './options.ts';

const isOwnMachine = () => /^(localhost|127\..*|\[::1\]|.*\.localhost)$/.test(location.hostname);

/**
 * A page that the relay refuses shows nothing to visitors. Its owner reads in the console what to add, and on their own
 * machine also where the launcher was.
 */
export function showRefusal(corner: HTMLElement, site: string): void {
  const line = `origins: [${location.origin}]`;
  corner.replaceChildren();
  advise(`the relay refuses this page. In baton.yaml, below "sites: ${site}:", it needs ${line}`);
  if (!isOwnMachine()) return;
  const note = document.createElement('aside');
  note.className = 'refusal';
  note.lang = 'en';
  note.dir = 'ltr';
  const add = (name: 'b' | 'p' | 'code', text: string) => {
    const element = document.createElement(name);
    element.textContent = text;
    note.append(element);
  };
  add('b', 'Only you see this, because this is localhost.');
  add('p', `The relay refuses this page, or has no site "${site}". Add it in baton.yaml:`);
  add('code', `sites:\n  ${site}:\n    ${line}`);
  corner.append(note);
}
