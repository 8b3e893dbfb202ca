import type { Page } from '@playwright/test';

/** A text or a shape that is too faint against what lies behind it. */
interface Faint {
  what: string;
  ratio: number;
  needs: number;
}

/**
 * Reads the colours of every text, placeholder and outline of the widget from its computed styles, lays them over what
 * stands behind them, and judges by WCAG's ratio: 4.5 for text, 3 for the edge of what can be pressed or filled in.
 */
export const judgeContrast = (page: Page): Promise<{ judged: number; faint: Faint[] }> =>
  page.evaluate(() => {
    type Colour = readonly [number, number, number, number];
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no canvas');
    const known = new Map<string, Colour>();
    /** Whatever a style says, as the browser paints it. */
    function read(css: string): Colour {
      let colour = known.get(css);
      if (!colour && context) {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = css;
        context.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
        colour = [r, g, b, a / 255];
        known.set(css, colour);
      }
      return colour ?? [0, 0, 0, 0];
    }
    const over = ([r, g, b, a]: Colour, [R, G, B]: Colour): Colour => [
      r * a + R * (1 - a),
      g * a + G * (1 - a),
      b * a + B * (1 - a),
      1,
    ];
    const luminance = (colour: Colour) => {
      const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((each) => {
        const part = each / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratioOf = (one: Colour, other: Colour) => {
      const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };
    const parentOf = (element: Element) => element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
    /** All that may lie behind an element: a gradient is each of its colours. */
    function behind(element: Element | null): Colour[] {
      if (!element) return [[255, 255, 255, 1]];
      // What the body is painted with covers the window.
      if (element === document.documentElement) return behind(document.body);
      const { backgroundColor, backgroundImage } = getComputedStyle(element);
      const stops = [...backgroundImage.matchAll(/(?:rgba?|oklch|oklab|color|lch|lab)\([^()]*\)/g)].map(([stop]) =>
        read(stop),
      );
      const own = read(backgroundColor);
      // Shades of black say that a card goes on; no text lies on them.
      const colours = [own, ...stops.filter(([r, g, b, a]) => a > 0 && (a === 1 || r + g + b > 0))];
      if (colours.every(([, , , a]) => a === 1)) return colours;
      const below = element === document.body ? behind(null) : behind(parentOf(element));
      return below.flatMap((ground) => colours.map((colour) => over(colour, ground)));
    }
    const opacityOf = (element: Element | null): number =>
      element ? Number(getComputedStyle(element).opacity) * opacityOf(parentOf(element)) : 1;

    const faint: { what: string; ratio: number; needs: number }[] = [];
    let judged = 0;
    function judge(what: string, css: string, on: Element | null, opacity: number, needs: number) {
      const [r, g, b, a] = read(css);
      const ratio = Math.min(...behind(on).map((ground) => ratioOf(over([r, g, b, a * opacity], ground), ground)));
      judged++;
      if (ratio < needs) faint.push({ what, ratio: Math.round(ratio * 100) / 100, needs });
    }
    const root = document.querySelector('baton-chat')?.shadowRoot;
    if (!root) throw new Error('no widget');
    for (const element of root.querySelectorAll('*')) {
      const style = getComputedStyle(element);
      // What fades in with a pointer or the focus is judged as it is then; the assistant's mark fades once it let go.
      const resting = opacityOf(element);
      const opacity = resting === 0 ? 1 : resting;
      if (!element.checkVisibility() || element.closest('[aria-hidden="true"], .unseen')) continue;
      const name = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
      const text = [...element.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (text) judge(`${name} "${text.textContent?.trim().slice(0, 30) ?? ''}"`, style.color, element, opacity, 4.5);
      if (element.tagName === 'LI')
        judge(`${name}::marker`, getComputedStyle(element, '::marker').color, element, opacity, 4.5);
      if (element instanceof HTMLTextAreaElement && element.placeholder && !element.value)
        judge(`${name}::placeholder`, getComputedStyle(element, '::placeholder').color, element, opacity, 4.5);
      if (element.matches('svg'))
        judge(`${name} in ${element.parentElement?.className ?? ''}`, style.color, element, opacity, 3);
      // Suggestions are rows of words with an arrow, and need no edge to be seen.
      const hasEdge = style.borderTopStyle !== 'none' && parseFloat(style.borderTopWidth) > 0;
      if (hasEdge && element.matches('.launcher, .composer, .dock .btn') && read(style.borderTopColor)[3] > 0)
        judge(`${name} edge`, style.borderTopColor, parentOf(element), opacity, 3);
    }
    return { judged, faint };
  });
