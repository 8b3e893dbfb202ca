type Scheme = 'light' | 'dark';

/**
 * Whether the page around us is light or dark: its own `color-scheme` first (from a style or a `meta`), and the device
 * only where the page leaves it open. The browser resolves all of that when it paints system colours, so we ask for one.
 */
export function readScheme(page: Document = document): Scheme {
  const probe = page.createElement('baton-probe');
  probe.style.setProperty('color', 'CanvasText', 'important');
  page.documentElement.append(probe);
  const red = /\d+/.exec(getComputedStyle(probe).color)?.[0];
  probe.remove();
  return Number(red) > 127 ? 'dark' : 'light';
}
