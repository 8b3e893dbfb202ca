import { expect, type Page } from '@playwright/test';
import { chatOn, test } from './kit/browser.ts';

/** What scripts have set in motion on the page, as `part milliseconds`. */
async function watchMoves(page: Page) {
  await page.addInitScript(() => {
    const moves: string[] = [];
    Object.assign(window, { moves });
    const { animate } = Element.prototype;
    Element.prototype.animate = function (frames, options) {
      moves.push(`${this.className} ${(options as KeyframeAnimationOptions).duration}`);
      return animate.call(this, frames, options);
    };
  });
  return () => page.evaluate(() => (window as unknown as { moves: string[] }).moves);
}

for (const [motion, moves] of [
  ['no-preference', ['head 240']],
  ['reduce', []],
] as const) {
  test(`with the first message the cover folds into the head (${motion})`, async ({ page, baton: { url } }) => {
    await page.emulateMedia({ reducedMotion: motion });
    const seen = await watchMoves(page);
    await page.goto(url);
    const chat = chatOn(page);
    await chat.open();
    await expect(chat.panel.locator('.cover')).toBeVisible();
    const high = await chat.panel.locator('.head').evaluate((head) => head.clientHeight);
    await chat.say('How long does delivery take?');
    await expect(chat.said.first()).toBeVisible();
    expect(await seen()).toEqual(moves);
    await expect.poll(() => chat.panel.locator('.head').evaluate((head) => head.clientHeight)).toBeLessThan(high / 2);
  });
}

test('a chat that is open already when the page is loaded again does not grow once more', async ({
  page,
  baton: { url },
}) => {
  await page.goto(url);
  const chat = chatOn(page);
  const grows = () => chat.panel.evaluate((panel) => getComputedStyle(panel).animationName);
  await chat.open();
  expect(await grows()).toBe('open');
  await chat.say('How long does delivery take?');
  await expect(chat.saidBy('Assistant').last()).toContainText('nine days');
  await page.reload();
  await expect(chat.panel).toBeVisible();
  expect(await grows()).toBe('none');
  await chat.button('Close chat').click();
  await chat.open();
  expect(await grows()).toBe('open');
});
