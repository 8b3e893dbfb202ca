import { expect, type Page } from '@playwright/test';
import { chatOn, openDesk, test } from './kit/browser.ts';

/* What an agent at the sandbox desk sees of visitors who wait. */

/** A visitor who has begun to return a lamp, and wants a person. */
async function wait(page: Page, url: string): Promise<void> {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await chat.say('Return a lamp');
  await expect(chat.saidBy('Assistant')).toHaveCount(2);
  await chat.say('LF-2291');
  await expect(chat.saidBy('Assistant')).toHaveCount(3);
  await chat.button('Talk to a person').click();
  await expect(chat.panel.getByText('Orders and returns').first()).toBeVisible();
}

test('who waits is seen and heard: unread, since when, in the visitor’s own words, with what they told', async ({
  page,
  browser,
  baton: { url, stage, mara },
}) => {
  const desk = await openDesk(await browser.newPage(), stage.sandboxUrl);
  const agent = desk.page;
  // Each sound is counted as it begins.
  await agent.evaluate(() => {
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (when) {
      document.documentElement.dataset['tones'] = String(Number(document.documentElement.dataset['tones'] ?? 0) + 1);
      start.call(this, when);
    };
  });
  const tones = () => agent.evaluate(() => Number(document.documentElement.dataset['tones'] ?? 0));
  const sound = agent.getByRole('checkbox', { name: 'Sound' });
  await expect(sound).not.toBeChecked();
  await sound.check();
  expect(await tones()).toBe(2);

  await wait(page, url);
  await mara.sees(1, 'asked for a person');
  const entry = agent.getByRole('navigation', { name: 'Conversations' }).getByRole('link');
  await expect(entry).toHaveCount(1);
  await expect(entry).toContainText('waits');
  await expect(entry).toContainText('LF-2291');
  await expect(entry).not.toContainText('asked for a person');
  await expect(entry.getByLabel('2 unread')).toBeVisible();
  await expect(agent).toHaveTitle('(1) Sandbox desk');
  expect(await tones()).toBe(4);

  await entry.click();
  await expect(desk.said.last()).toContainText('Already told: order LF-2291.');
  await expect(entry.getByLabel(/unread/)).toHaveCount(0);
  await expect(agent).toHaveTitle('Sandbox desk');
  // Read is not answered.
  await expect(entry).toContainText('waits');
  const facts = agent.getByRole('complementary', { name: 'What is known of the visitor' });
  await expect(facts).toContainText('English');
  await expect(facts).toContainText('Sitedemo');
  await expect(facts).toContainText('org.demo.shop.ReturnOrder');
  await expect(facts.getByRole('link')).toHaveAttribute('href', new RegExp(`^${url}`));

  const field = agent.getByRole('textbox', { name: 'Reply', exact: true });
  await field.pressSequentially('Hello,');
  await field.press('Shift+Enter');
  await field.pressSequentially('I am Mara.');
  await field.press('Enter');
  await expect(field).toHaveValue('');
  await expect(chatOn(page).saidBy('Mara Ostby')).toContainText([/Hello,\s*I am Mara\./]);
  await expect(entry).not.toContainText('waits');
  await expect(entry).toContainText('LF-2291');
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });
  test('a conversation fills the screen, and there is a way back to the list', async ({
    page,
    browser,
    baton: { url, stage, mara },
  }) => {
    await wait(page, url);
    await mara.sees(1, 'asked for a person');
    const desk = await openDesk(
      await browser.newPage({ viewport: { width: 390, height: 844 }, hasTouch: true }),
      stage.sandboxUrl,
    );
    await desk.choose('LF-2291');
    await expect(desk.said.last()).toBeInViewport({ ratio: 1 });
    await expect(desk.button('Reply')).toBeInViewport({ ratio: 1 });
    // However little was said, the field stays at the lower edge.
    await desk.page.setViewportSize({ width: 390, height: 1_600 });
    const restBelow = () =>
      desk.page.locator('form').evaluate((form) => innerHeight - form.getBoundingClientRect().bottom);
    await expect.poll(restBelow).toBe(0);
    await desk.page.setViewportSize({ width: 390, height: 844 });
    const facts = desk.page.getByRole('complementary');
    await expect(facts.getByText('English')).toBeHidden();
    await facts.getByText('What is known').click();
    await expect(facts.getByText('English')).toBeVisible();
    const list = desk.page.getByRole('navigation', { name: 'Conversations' });
    await expect(list).toBeHidden();
    await desk.page.getByRole('link', { name: 'All conversations' }).click();
    await expect(list).toBeVisible();
    await expect(desk.button('Reply')).toBeHidden();
  });
});
