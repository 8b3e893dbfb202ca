import { expect, type Browser, type Page } from '@playwright/test';
import { type Baton, chatOn, openDesk, test } from './kit/browser.ts';

/** A reply, another one when all is quiet, and the end: each is seen within 15 s. */
async function round({ page, browser, baton }: { page: Page; browser: Browser; baton: Baton }) {
  const chat = chatOn(page);
  await page.goto(baton.url);
  await chat.open();
  await chat.say('test skill');
  await expect(chat.saidBy('Assistant')).toHaveCount(2);
  await chat.button('Talk to a person').click();

  const desk = await openDesk(await browser.newPage(), baton.stage.sandboxUrl);
  await desk.choose('sales');
  await expect(desk.said.last()).toContainText('asked for a person');
  await desk.reply('*Good* morning.');
  await expect(chat.saidBy('Mara Ostby')).toContainText(['Good morning.'], { timeout: 15_000 });
  await chat.say('Good.');
  await expect(desk.said.last()).toContainText('Good.');
  // The handoff ends with a look at the thread, which may have found the first one.
  await desk.reply('Still here.');
  await expect(chat.saidBy('Mara Ostby')).toContainText(['Good morning.', 'Still here.'], { timeout: 15_000 });
  await desk.button('Resolve').click();
  await expect(chat.log.getByText('Mara Ostby has closed this')).toBeVisible({ timeout: 15_000 });
  await expect(chat.saidBy('Mara Ostby')).toHaveCount(2);
}

test.describe('the websocket alone, and no sweep that could make up for it', () => {
  test.use({ relayEnv: { SWEEP: '10 min' } });
  test('a reply and the end arrive', round);
});

test.describe('no websocket, and no address for the webhook: only sweeps tell', () => {
  test.use({ deskArgs: ['--switch', 'refuseCable=true'] });
  test('a reply and the end arrive within 15 seconds', round);
});
