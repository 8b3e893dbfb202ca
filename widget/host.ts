import type { MountPoint } from './mount-point.ts';
import { advise, oneOf, type Options, type Place } from './options.ts';
import { readScheme } from './scheme.ts';
import css from './styles/launcher.css?inline';
import { adoptStyles } from './styles/sheet.ts';

/** Our element on somebody else's page. */
export const hostName = 'baton-chat';

/**
 * Puts our element on the page, beside the body: there no transform of the page's moves it, no router swaps it away,
 * and a script that runs before there is a body can do it. In it the launcher: a square that holds a bar out to a circle.
 * @param text what is read beside that; its name is set by the part that knows what is unread
 */
export function makeHost(options: Options, text: Text): MountPoint {
  const host = document.createElement(hostName);
  const root = host.attachShadow({ mode: 'open' });
  const corner = document.createElement('div');
  const launcher = document.createElement('button');
  const point: MountPoint = { options, host, root, corner, launcher };
  adoptStyles(root, css);
  document.documentElement.append(host);
  set(host, { 'data-scheme': options.scheme ?? readScheme(host) });
  const isArabic = options.language === 'ar';
  set(corner, {
    class: 'baton',
    lang: options.language,
    dir: isArabic ? 'rtl' : 'ltr',
    'data-side': isArabic ? 'left' : 'right',
  });
  setStyle(host, 'accent', options.accent, 'color');
  setPlace(point, options);

  // Lines with round joins: they say the same corners in fewer bytes than outlines do.
  const draw = (name: string, attributes: Record<string, string>) =>
    set(document.createElementNS('http://www.w3.org/2000/svg', name), attributes);
  const glyph = draw('svg', { class: 'glyph' });
  glyph.append(
    draw('path', { d: 'M4 4h6v6H4ZM34 7a3 3 0 0 1 6 0 3 3 0 0 1-6 0' }),
    draw('path', { d: 'M2.5 7h7Z', class: 'bar' }),
  );
  set(launcher, { class: 'launcher', part: 'launcher', 'aria-haspopup': 'dialog' }).append(glyph, text);
  corner.append(launcher);
  root.append(corner);
  return point;
}

/** Moves launcher and panel. */
export function setPlace({ host, corner }: MountPoint, place: Place): void {
  const { offset, offsetUp } = place;
  const side = oneOf('side', place.side, ['left', 'right']);
  if (side) corner.dataset.side = side;
  setStyle(host, 'offset', offset, 'width');
  setStyle(host, 'offset-up', offsetUp, 'width');
}

/** @param like the property that takes such a value */
function setStyle(host: HTMLElement, name: string, value: string | undefined, like: string) {
  if (value === undefined) return;
  if (CSS.supports(like, value)) host.style.setProperty(`--${name}`, value);
  else advise(`${name}="${value}" is no ${like}`);
}

/** By attribute: not every browser in use has a property for each. */
export function set<E extends Element>(element: E, attributes: Record<string, string>): E {
  for (const name in attributes) element.setAttribute(name, attributes[name] as string);
  return element;
}
