import type { Options } from './options.ts';
import { readScheme } from './scheme.ts';
import accent from './styles/accent.css?inline';
import css from './styles/launcher.css?inline';
import { wear } from './styles/sheet.ts';

const svg = 'http://www.w3.org/2000/svg';

/** Square, bar, circle: the assistant, the baton, a person. */
export const passGlyph =
  'M1 0h6q1 0 1 1v6q0 1-1 1H1q-1 0-1-1V1q0-1 1-1ZM12.25 2.25h5.5q1.25 0 1.25 1.25v1q0 1.25-1.25 1.25h-5.5Q11 5.75 11 4.5v-1q0-1.25 1.25-1.25ZM26 0a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z';

/** Our element on somebody else's page. */
export const hostName = 'baton-chat';

/**
 * Puts our element on the page, beside the body: there no transform of the page's moves it, no router swaps it away,
 * and a script that runs before there is a body can do it.
 */
export function makeHost(options: Options) {
  const host = document.createElement(hostName);
  host.dataset.scheme = options.scheme ?? readScheme();
  if (options.accent && CSS.supports('color', options.accent)) host.style.setProperty('--accent', options.accent);
  const root = host.attachShadow({ mode: 'open' });
  wear(root, accent + css);
  const corner = document.createElement('div');
  corner.className = 'baton';
  corner.lang = options.language;
  corner.dir = options.language === 'ar' ? 'rtl' : 'ltr';
  root.append(corner);
  document.documentElement.append(host);
  return { host, root, corner };
}

/** The launcher. Its name is set by whoever knows what is unread. */
export function makeLauncher(label: string | undefined): HTMLButtonElement {
  const launcher = document.createElement('button');
  const make = (name: string, attributes: Record<string, string>) =>
    set(document.createElementNS(svg, name), attributes);
  const glyph = make('svg', { class: 'glyph', viewBox: '0 0 30 8', 'aria-hidden': 'true' });
  glyph.append(make('path', { d: passGlyph }));
  launcher.append(glyph, label ?? '');
  set(launcher, { class: 'launcher', part: 'launcher', type: 'button', 'aria-haspopup': 'dialog' });
  return launcher;
}

/** By attribute: not every browser in use has a property for each. */
export function set<E extends Element>(element: E, attributes: Record<string, string>): E {
  for (const name in attributes) element.setAttribute(name, attributes[name] ?? '');
  return element;
}
