import { expect, type Locator } from '@playwright/test';
import { chatOn, serveHostPage, test } from './kit/browser.ts';

/** The distances of launcher or panel from the window's left and lower edge. */
async function placeOf(part: Locator) {
  const box = await part.boundingBox();
  const size = part.page().viewportSize();
  if (!box || !size) throw new Error('nothing there');
  return { left: Math.round(box.x), up: Math.round(size.height - box.y - box.height) };
}

test('a site puts the launcher where it has room, by attribute, by command and by its own styles', async ({
  page,
  baton: { url },
}) => {
  const advice: string[] = [];
  page.on('console', (line) => {
    if (line.text().startsWith('Baton: ')) advice.push(line.text());
  });
  const attributes = 'data-side="left" data-offset="12px" data-offset-up="calc(4rem + 8px)" data-accent="blurple"';
  const markup = `<script src="${url}/widget.js" data-site="demo" ${attributes}></script>`;
  await using host = await serveHostPage(url, { markup });
  await page.goto(host.url);
  const chat = chatOn(page);
  await expect(chat.launcher).toHaveCount(1);
  expect(await placeOf(chat.launcher)).toEqual({ left: 12, up: 72 });
  expect(advice.splice(0)).toEqual(['Baton: accent="blurple" is no color']);

  await page.evaluate(() => {
    const { Baton } = window as unknown as { Baton: (command: string, place: object) => void };
    Baton('place', { offset: 'wide', offsetUp: '88px' });
  });
  expect(await placeOf(chat.launcher)).toEqual({ left: 12, up: 88 });
  expect(advice.splice(0)).toEqual(['Baton: offset="wide" is no width']);

  // The panel grows from the same corner, and both keep clear of what is below.
  await chat.open();
  await expect.poll(() => placeOf(chat.panel)).toEqual({ left: 12, up: 88 });
});

test('an address that names the site needs no attribute, and a style of the site moves the launcher', async ({
  page,
  baton: { url },
}) => {
  const tag = `<script src="${url}/widget.js?site=demo"></script>`;
  await using host = await serveHostPage(url, { markup: `${tag}<style>baton-chat { --offset-up: 50px }</style>` });
  await page.goto(host.url);
  const chat = chatOn(page);
  expect((await placeOf(chat.launcher)).up).toBe(50);
  await chat.open();
  await expect(chat.saidBy('Assistant')).toHaveCount(1);
});
