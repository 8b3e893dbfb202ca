import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page } from '@playwright/test';
import { createServer } from 'vite';
import { freePort } from './processes.ts';

/** The widget's gallery, as `npx vite` shows it: every state without a relay, at a time that stands still. */
export async function openGallery() {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const port = await freePort();
  // A folder of its own: two servers that pack the same libraries into one get into each other's way.
  const cacheDir = await mkdtemp(join(tmpdir(), 'gallery-'));
  const server = await createServer({
    root,
    cacheDir,
    logLevel: 'error',
    server: { port, host: '127.0.0.1', hmr: false },
  });
  await server.listen();
  const url = `http://127.0.0.1:${port}/widget/gallery/index.html`;
  return {
    url,
    /** @param search the scene and how it is shown, as the gallery's address has them */
    async show(page: Page, search: Record<string, string>) {
      await page.goto(`${url}?${new URLSearchParams(search).toString()}`);
      // The first page is packed while it is waited for.
      await expect(page).toHaveTitle('ready', { timeout: 60_000 });
      // What moves has arrived.
      await page.evaluate(async () => {
        const shadow = document.querySelector('baton-chat')?.shadowRoot;
        for (const animation of shadow?.getAnimations() ?? []) {
          const end = animation.effect?.getComputedTiming().endTime;
          if (typeof end === 'number' && Number.isFinite(end)) animation.finish();
        }
        await document.fonts.ready;
      });
    },
    /** The names of all scenes. */
    async scenes(page: Page): Promise<string[]> {
      await page.goto(url);
      await expect(page).toHaveTitle('ready', { timeout: 60_000 });
      return page.getByRole('listitem').allInnerTexts();
    },
    async close() {
      await server.close();
      await rm(cacheDir, { recursive: true, force: true });
    },
  };
}
