type Scheme = 'light' | 'dark';

/**
 * Whether the page around us is light or dark: its own `color-scheme` first (from a style or a `meta`), and the device
 * only where the page leaves it open. The browser resolves all of that when it paints system colours, so the host has one
 * (launcher.css), which nothing of the page's can change.
 */
export function readScheme(host: HTMLElement): Scheme {
  return parseInt(getComputedStyle(host).color.slice(4)) > 127 ? 'dark' : 'light';
}
