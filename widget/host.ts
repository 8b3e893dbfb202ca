import { advise, type Options, type Place } from './options.ts';
import { readScheme } from './scheme.ts';
import accent from './styles/accent.css?inline';
import css from './styles/launcher.css?inline';
import { adoptStyles } from './styles/sheet.ts';

/** Our element on somebody else's page. */
export const hostName = 'baton-chat';

/**
 * Puts our element on the page, beside the body: there no transform of the page's moves it, no router swaps it away,
 * and a script that runs before there is a body can do it.
 */
export function makeHost(options: Options) {
  const host = document.createElement(hostName);
  host.dataset.scheme = options.scheme ?? readScheme();
  if (options.accent) host.style.setProperty('--accent', options.accent);
  const root = host.attachShadow({ mode: 'open' });
  adoptStyles(root, accent + css);
  const corner = document.createElement('div');
  corner.className = 'baton';
  corner.lang = options.language;
  const isArabic = options.language === 'ar';
  corner.dir = isArabic ? 'rtl' : 'ltr';
  corner.dataset.side = isArabic ? 'left' : 'right';
  root.append(corner);
  document.documentElement.append(host);
  const made = { host, root, corner };
  setPlace(made, options);
  return made;
}

/** Unless the site chooses, the end of the line: right, or left in Arabic. */
const sides = ['left', 'right'];

/** Moves launcher and panel. */
export function setPlace({ host, corner }: { host: HTMLElement; corner: HTMLElement }, place: Place): void {
  const { side, offset, offsetUp } = place;
  if (side) {
    if (sides.includes(side)) corner.dataset.side = side;
    else advise(`side="${side}" is none of ${sides}`);
  }
  for (const [name, length] of Object.entries({ '--offset': offset, '--offset-up': offsetUp })) {
    if (length === undefined) continue;
    if (CSS.supports('top', length)) host.style.setProperty(name, length);
    else advise(`offset="${length}" is no length`);
  }
}

/** The launcher: a square that holds a bar out to a circle. Its name is set by the part that knows what is unread. */
export function makeLauncher(label: string | undefined): HTMLButtonElement {
  const launcher = document.createElement('button');
  const make = (name: string, attributes: Record<string, string>) =>
    set(document.createElementNS('http://www.w3.org/2000/svg', name), attributes);
  const glyph = make('svg', { class: 'glyph' });
  glyph.append(
    make('path', { d: 'M4 0h6q4 0 4 4v6q0 4-4 4H4q-4 0-4-4V4q0-4 4-4ZM37 0a7 7 0 1 1 0 14 7 7 0 0 1 0-14Z' }),
    make('path', { d: 'M2.5 4.5h7a2.5 2.5 0 0 1 0 5h-7a2.5 2.5 0 0 1 0-5Z', class: 'bar' }),
  );
  launcher.append(glyph, label ?? '');
  set(launcher, { class: 'launcher', part: 'launcher', 'aria-haspopup': 'dialog' });
  return launcher;
}

/** By attribute: not every browser in use has a property for each. */
export function set<E extends Element>(element: E, attributes: Record<string, string>): E {
  for (const name in attributes) element.setAttribute(name, attributes[name] ?? '');
  return element;
}
