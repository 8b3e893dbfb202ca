import { expect } from '@playwright/test';
import { chatOn, test } from './kit/browser.ts';

/* The pages for QA. */

test('the strip says who answers this visitor, however many others there are', async ({ page, browser, baton }) => {
  const { url, mara } = baton;
  const strip = page.getByRole('complementary', { name: 'Test switches' });
  await page.goto(url);
  await expect(strip).toContainText('You have not written yet');
  const chat = chatOn(page);
  await chat.open();
  await chat.say('test skill');
  await expect(strip).toContainText('The assistant answers you');
  await chat.button('Talk to a person').click();
  await expect(strip).toContainText(/You wait for (Mara|Orders and returns)/);
  await mara.reply(1, 'Hello.');
  await expect(strip).toContainText('You talk with Mara');
  await expect(strip.getByRole('link', { name: 'Answer as Mara' })).toHaveAttribute(
    'href',
    baton.stage.sandboxUrl + '/',
  );

  const other = await (await browser.newContext()).newPage();
  await other.goto(url);
  await expect(other.getByRole('complementary', { name: 'Test switches' })).toContainText('You have not written yet');
});

test('at 1280 the open chat leaves headline and button in sight', async ({ page, baton }) => {
  await page.goto(baton.url);
  const chat = chatOn(page);
  await chat.open();
  const panel = await chat.panel.boundingBox();
  for (const part of [page.getByRole('heading', { level: 1 }), page.getByRole('link', { name: 'Add to basket' })]) {
    const box = await part.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThan(panel?.x ?? 0);
  }
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });
  test('the strip is small, and nothing is wider than the screen', async ({ page, baton }) => {
    for (const path of ['/', '/other.html']) {
      await page.goto(baton.url + path);
      const strip = await page.getByRole('complementary', { name: 'Test switches' }).boundingBox();
      expect(strip?.height).toBeLessThanOrEqual(100);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    }
  });
});
