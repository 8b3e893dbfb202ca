import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { createServer } from 'vite';
import { judgeContrast } from './kit/contrast.ts';
import { freePort } from './kit/processes.ts';

/** Spruce, marigold, pale pink, near black and mid grey: a usual one, two pale ones, and two without a hue. */
const accents = ['#17624f', '#f5b301', '#ffc9d6', '#111111', '#777777'];

async function openGallery() {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const port = await freePort();
  const server = await createServer({ root, logLevel: 'error', server: { port, host: '127.0.0.1', hmr: false } });
  await server.listen();
  return {
    url: `http://127.0.0.1:${port}/widget/gallery/index.html`,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

async function show(page: Page, gallery: string, search: Record<string, string>) {
  await page.goto(`${gallery}?${new URLSearchParams(search).toString()}`);
  await expect(page).toHaveTitle('ready', { timeout: 60_000 });
  // Half-way through a movement colours are not what they will be.
  await page.addStyleTag({ content: 'baton-chat { --quick: 0s; --calm: 0s; --pass: 0s }' });
  await page.evaluate(() => {
    const root = document.querySelector('baton-chat')?.shadowRoot;
    if (root?.activeElement instanceof HTMLElement) root.activeElement.blur();
    for (const animation of root?.getAnimations() ?? [])
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
  });
}

/** One page, as it is under an accent, in the light or in the dark. */
const dress = (page: Page, accent: string, scheme: string) =>
  page.evaluate(
    ([accent, scheme]) => {
      const host = document.querySelector<HTMLElement>('baton-chat');
      host?.style.setProperty('--accent', accent ?? '');
      for (const element of [host, document.documentElement]) if (element && scheme) element.dataset['scheme'] = scheme;
    },
    [accent, scheme],
  );

for (const language of ['en', 'ar']) {
  test(`every text and every edge of every scene can be seen (${language})`, async ({ page }) => {
    test.setTimeout(300_000);
    await using gallery = await openGallery();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(gallery.url);
    await expect(page).toHaveTitle('ready', { timeout: 60_000 });
    const scenes = (await page.getByRole('listitem').allInnerTexts()).filter((scene) => scene !== 'long');
    expect(scenes.length).toBeGreaterThan(30);
    const found = new Set<string>();
    for (const scene of scenes) {
      await show(page, gallery.url, { scene, language, scheme: 'light' });
      for (const scheme of ['light', 'dark']) {
        for (const accent of accents) {
          await dress(page, accent, scheme);
          const { judged, faint } = await judgeContrast(page);
          expect(judged, scene).toBeGreaterThan(0);
          for (const { what, ratio, needs } of faint)
            found.add(`${scene}, ${scheme}, ${accent}: ${what} has ${ratio}, needs ${needs}`);
        }
      }
    }
    expect([...found]).toEqual([]);
  });
}

test('a colour that is too faint is found, in a text, a field and an edge', async ({ page }) => {
  await using gallery = await openGallery();
  await show(page, gallery.url, { scene: 'waiting', language: 'en', scheme: 'light' });
  await page.addStyleTag({ content: 'baton-chat { --ink-soft: #999 !important; --edge: #ccc !important }' });
  const { faint } = await judgeContrast(page);
  const found = faint.map(({ what }) => what).join('\n');
  expect(found).toContain('We cannot say how long today');
  expect(found).toContain('textarea.::placeholder');
  expect(found).toContain('form.composer edge');
});
