import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test as plain } from '@playwright/test';
import { chatOn, openDesk, test } from './kit/browser.ts';
import { openGallery } from './kit/gallery.ts';

/*
 * Pictures for people to look at, taken only when a folder is named: SCREENS=… npx playwright test --config e2e/playwright.config.ts screens.
 * The states come from the widget's gallery, where time stands still; the two pages from a Baton that runs. The
 * README's picture is drawn by `npm run pictures`.
 */
const folder = process.env['SCREENS'] ?? '';
const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };

plain.describe('pictures', () => {
  plain.beforeAll(() => mkdir(folder, { recursive: true }));

  plain('of every state', async ({ page }) => {
    plain.setTimeout(600_000);
    const gallery = await openGallery();
    const states = await gallery.scenes(page);
    const takes: { name: string; size: typeof phone; search: Record<string, string> }[] = [];
    for (const scene of states) {
      for (const scheme of ['light', 'dark'])
        takes.push({ name: `${scene}-phone-${scheme}`, size: phone, search: { scene, scheme } });
      takes.push({ name: `${scene}-desktop-light`, size: desktop, search: { scene, scheme: 'light' } });
    }
    for (const scene of ['open', 'bot', 'asking', 'waiting', 'human', 'ended']) {
      takes.push({ name: `${scene}-desktop-dark`, size: desktop, search: { scene, scheme: 'dark' } });
      for (const scheme of ['light', 'dark'])
        takes.push({ name: `${scene}-phone-rtl-${scheme}`, size: phone, search: { scene, scheme, language: 'ar' } });
      for (const scheme of ['light', 'dark'])
        takes.push({
          name: `${scene}-phone-marigold-${scheme}`,
          size: phone,
          search: { scene, scheme, accent: '#f5b301' },
        });
    }
    const narrow = { width: 320, height: 640 };
    takes.push({ name: 'human-320-text200', size: narrow, search: { scene: 'human', scheme: 'light', text: '32px' } });
    for (const { name, size, search } of takes) {
      await page.setViewportSize(size);
      await gallery.show(page, search);
      await page.screenshot({ path: join(folder, `${name}.png`) });
    }
    await gallery.close();
  });

  test('of the demo page and the agent’s page', async ({ page, browser, baton: { url, stage, mara } }) => {
    const chat = chatOn(page);
    await page.goto(url);
    await page.screenshot({ path: join(folder, 'demo.png') });
    await chat.open();
    await chat.say('Can I send a lamp back if the shade is the wrong colour?');
    await expect(chat.saidBy('Assistant')).toHaveCount(2);
    await chat.say('Return a lamp');
    await expect(chat.saidBy('Assistant')).toHaveCount(3);
    await chat.button('Talk to a person').click();
    await mara.sees(1, 'asked for a person');
    const desk = await openDesk(await browser.newPage({ viewport: desktop }), stage.sandboxUrl);
    await desk.choose('sales');
    await desk.reply('Hello, I am **Mara**. Which shade did you get instead of the sage one?');
    await expect(chat.saidBy('Mara Ostby')).toHaveCount(1);
    await chat.say('A moss green one, quite dark.');
    await expect(desk.said.last()).toContainText('moss green');
    await expect(chat.button('Finish…')).toBeVisible();
    await desk.page.getByRole('textbox', { name: 'Reply', exact: true }).pressSequentially('I have a sage one here');
    await expect(chat.panel.getByText('Mara is typing')).toBeVisible();
    await page.screenshot({ path: join(folder, 'demo-human.png') });
    await desk.page.screenshot({ path: join(folder, 'agent.png') });
    await desk.button('Private note').click();
    await desk.page.screenshot({ path: join(folder, 'agent-note.png') });
  });
});
