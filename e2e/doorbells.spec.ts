import { expect } from '@playwright/test';
import { chatOn, openDesk, test } from './kit/browser.ts';

// No websocket, and no address for the webhook: only reading tells the relay what happens at the desk.
test.use({ deskArgs: ['--switch', 'refuseCable=true'] });

test('without any doorbell a reply and the end arrive within 15 seconds', async ({
  page,
  browser,
  baton: { url, stage },
}) => {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await chat.say('test skill');
  await expect(chat.saidBy('Assistant')).toHaveCount(2);
  await chat.button('Talk to a person').click();

  const desk = await openDesk(await browser.newPage(), stage.sandboxUrl);
  await desk.choose('sales');
  await expect(desk.said.last()).toContainText('asked for a person');
  await desk.reply('Found you *without* a bell.');
  await expect(chat.saidBy('Mara Ostby')).toContainText(['Found you without a bell.'], { timeout: 15_000 });
  await chat.say('Good.');
  await expect(desk.said.last()).toContainText('Good.');
  await desk.button('Resolve').click();
  await expect(chat.log.getByText('Mara Ostby has closed this')).toBeVisible({ timeout: 15_000 });
  await expect(chat.saidBy('Mara Ostby')).toHaveCount(1);
});
