import { expect, type Locator, type Page, test } from '@playwright/test';
import { openGallery } from './kit/gallery.ts';

/* What only a browser shows of the widget: where things stand, and which way they read. */

// One gallery for all of them, one after the other.
test.describe.configure({ mode: 'default' });
let gallery: Awaited<ReturnType<typeof openGallery>>;
test.beforeAll(async () => {
  gallery = await openGallery();
});
test.afterAll(() => gallery.close());

const panelOf = (page: Page) => page.getByRole('dialog');
async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not drawn');
  return { ...box, right: box.x + box.width, bottom: box.y + box.height };
}

test('the first open is composed on a low laptop, a small phone, and at 400 %', async ({ page }) => {
  for (const [width, height] of [
    [1366, 625],
    [320, 568],
    [320, 256],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    await gallery.show(page, { scene: 'open' });
    const panel = panelOf(page);
    const title = await boxOf(panel.getByRole('heading', { name: 'Little Fen Lamps' }));
    const log = await boxOf(panel.getByRole('log'));
    const suggestion = await boxOf(panel.getByRole('button', { name: 'Where is my order?' }));
    const field = await boxOf(panel.getByRole('textbox'));
    const at = `${width} × ${height}`;
    expect(title.y, at).toBeGreaterThanOrEqual(0);
    expect(title.bottom, at).toBeLessThanOrEqual(log.y);
    expect(suggestion.y, at).toBeGreaterThanOrEqual(log.y);
    expect(suggestion.bottom, at).toBeLessThanOrEqual(log.bottom + 1);
    expect(field.bottom, at).toBeLessThanOrEqual(height);
  }
});

test('no scene needs to be scrolled sideways at 320 px, nor the main ones in other languages or with large text', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await page.setViewportSize({ width: 320, height: 640 });
  const all = (await gallery.scenes(page)).filter((scene) => !['closed', 'badge', 'label', 'long'].includes(scene));
  const main = ['open', 'bot', 'rich', 'human', 'two', 'long-name', 'waiting', 'offline'];
  const others = [{ language: 'de' }, { language: 'ar' }, { text: '32px' }];
  const takes = [
    ...all.map((scene) => ({ scene })),
    ...main.flatMap((scene) => others.map((other) => ({ scene, ...other }))),
  ];
  for (const take of takes) {
    await gallery.show(page, take);
    const wide = await panelOf(page).evaluate((panel) => {
      const log = panel.querySelector('[role=log]');
      return [panel, log].filter((it) => it && it.scrollWidth > it.clientWidth + 1).map((it) => it?.className);
    });
    expect.soft(wide, JSON.stringify(take)).toEqual([]);
  }
});

test('Arabic lists, quotes and corners stand on the right, inside of the panel', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await gallery.show(page, { scene: 'rich', language: 'ar' });
  const log = panelOf(page).getByRole('log');
  const list = log.getByRole('list').first();
  await expect(list).toHaveCSS('direction', 'rtl');
  const [outer, inner] = [await boxOf(log), await boxOf(list.getByRole('listitem').first())];
  // Room for the mark, on the side where reading begins.
  expect(outer.right - inner.right).toBeGreaterThan(16 + 16);
  const quote = log.locator('blockquote');
  expect(await quote.evaluate((it) => getComputedStyle(it).borderRightWidth)).toBe('3px');
  expect(await quote.evaluate((it) => getComputedStyle(it).borderLeftWidth)).toBe('0px');

  await gallery.show(page, { scene: 'human', language: 'ar' });
  const corners = (author: string) =>
    log
      .getByRole('article', { name: author })
      .last()
      .locator('.text')
      .evaluate((it) => {
        const { borderTopRightRadius, borderBottomLeftRadius } = getComputedStyle(it);
        return [borderTopRightRadius, borderBottomLeftRadius];
      });
  expect(await corners('Mara Ostby')).toEqual(['4px', '16px']);
  expect(await corners('أنت')).toEqual(['16px', '4px']);
});

test('an English answer in an Arabic panel reads from left to right, with its marks on its own side', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await gallery.show(page, { scene: 'mixed', language: 'ar' });
  const lists = panelOf(page).getByRole('log').getByRole('list');
  await expect(lists.first()).toHaveCSS('direction', 'ltr');
  const [outer, inner] = [
    await boxOf(panelOf(page).getByRole('log')),
    await boxOf(lists.first().getByRole('listitem').first()),
  ];
  expect(inner.x - outer.x).toBeGreaterThan(16 + 16);
});

test('in an Arabic notice the time stands at its end', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await gallery.show(page, { scene: 'human', language: 'ar' });
  const notice = panelOf(page).locator('.notice', { hasText: 'Mara Ostby' });
  const name = await boxOf(notice.locator('bdi'));
  const time = await boxOf(notice.locator('time'));
  expect(time.right).toBeLessThan(name.x);
});

test('a name is not broken over two lines', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await gallery.show(page, { scene: 'transferred' });
  const names = panelOf(page).locator('.notice .name');
  await expect(names).toHaveCount(3);
  for (const name of await names.all()) expect((await boxOf(name)).height).toBeLessThan(24);
});

test('the tools of an answer take no room, and are there for a pointer', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await gallery.show(page, { scene: 'bot' });
  const answer = panelOf(page).getByRole('article', { name: 'Assistant' }).nth(1);
  const before = await boxOf(answer);
  const tools = answer.locator('.tools');
  await expect(tools).toHaveCSS('opacity', '0');
  await answer.hover();
  await expect(tools).toHaveCSS('opacity', '1');
  expect(await boxOf(answer)).toEqual(before);
  expect((await boxOf(tools)).y).toBeGreaterThan(before.bottom - 4);
});
