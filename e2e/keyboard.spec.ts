import { expect, type Page } from '@playwright/test';
import { chatOn, test } from './kit/browser.ts';

/** Presses Tab until the focus has been everywhere once. @returns the names of what had it, in order */
async function tabThrough(page: Page, key: 'Tab' | 'Shift+Tab', steps: number): Promise<string[]> {
  const names: string[] = [];
  for (let step = 0; step < steps; step++) {
    await page.keyboard.press(key);
    names.push(
      await page.evaluate(() => {
        const inside = document.querySelector('baton-chat')?.shadowRoot?.activeElement;
        const element = inside ?? document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
      }),
    );
  }
  return names;
}

test('the whole of it works by keyboard alone, and focus is where the eye is', async ({
  page,
  baton: { url, mara },
}) => {
  const chat = chatOn(page);
  await mara.setAvailability('offline');
  await page.goto(url);
  const { keyboard } = page;

  await test.step('opening moves focus to the field, Esc closes and gives it back', async () => {
    await chat.launcher.focus();
    await keyboard.press('Enter');
    await expect(chat.message).toBeFocused();
    await keyboard.press('Escape');
    await expect(chat.panel).toBeHidden();
    await expect(chat.launcher).toBeFocused();
    await keyboard.press('Space');
    await expect(chat.message).toBeFocused();
  });
  await test.step('Enter sends, Shift and Enter breaks the line, and focus stays', async () => {
    await keyboard.type('Which shade fits?');
    await keyboard.press('Shift+Enter');
    await keyboard.type('For a Heron.');
    await expect(chat.message).toHaveValue('Which shade fits?\nFor a Heron.');
    await keyboard.press('Enter');
    await expect(chat.message).toHaveValue('');
    await expect(chat.saidBy('You')).toHaveCount(1);
    await expect(chat.saidBy('Assistant').last().getByRole('link')).toHaveCount(1);
    await expect(chat.message).toBeFocused();
    await keyboard.press('Enter');
    await expect(chat.saidBy('You')).toHaveCount(1);
  });
  await test.step('the order is head, conversation, dock, field, button', async () => {
    await chat.button('Close chat').focus();
    // Each answer can be copied; the first is the greeting.
    const stops = await tabThrough(page, 'Tab', 7);
    expect(stops).toEqual(['Conversation', 'Copy', 'Shade sizes', 'Copy', 'Talk to a person', 'Message', 'Send']);
    expect(await tabThrough(page, 'Shift+Tab', 2)).toEqual(['Message', 'Talk to a person']);
  });
  await test.step('asking: a card takes the focus of the button it replaces', async () => {
    await keyboard.press('Enter');
    const card = chat.panel.getByRole('group', { name: 'Talk to a person', exact: true });
    await expect(card.getByRole('heading', { name: 'What is it about?' })).toBeVisible();
    await expect(card).toBeFocused();
    // Stay with the assistant: the card folds, and focus goes to the field.
    expect(await tabThrough(page, 'Tab', 3)).toEqual([
      'Orders and returns',
      'Something else',
      'Stay with the assistant',
    ]);
    await keyboard.press('Enter');
    await expect(chat.button('Talk to a person')).toBeVisible();
    await expect(chat.message).toBeFocused();
  });
  const waiting = chat.panel.getByRole('group', { name: 'Waiting for a person', exact: true });
  async function ask() {
    await keyboard.press('Shift+Tab');
    await expect(chat.button('Talk to a person')).toBeFocused();
    await keyboard.press('Enter');
    await expect(chat.button('Orders and returns')).toBeVisible();
    await expect(chat.panel.getByRole('group', { name: 'Talk to a person', exact: true })).toBeFocused();
    await keyboard.press('Tab');
    await expect(chat.button('Orders and returns')).toBeFocused();
    await keyboard.press('Space');
    await expect(waiting).toBeVisible();
    await expect(waiting).toBeFocused();
  }
  await test.step('choosing and cancelling', async () => {
    await ask();
    await keyboard.press('Tab');
    await expect(chat.button('Cancel')).toBeFocused();
    await keyboard.press('Enter');
    await expect(chat.button('Talk to a person')).toBeVisible();
    await expect(chat.message).toBeFocused();
    await expect.poll(async () => (await mara.conversations())[0]?.status).toBe('pending');
  });
  await test.step('nothing that arrives moves the focus of somebody who writes', async () => {
    await ask();
    await chat.message.focus();
    await keyboard.type('One moment, I a');
    await expect.poll(async () => (await mara.conversations())[0]?.status).toBe('open');
    await mara.reply(1, 'Hello.\n\nWith a [link](https://littlefen.example/).');
    await expect(chat.saidBy('Mara Ostby')).toHaveCount(1);
    await expect(chat.message).toBeFocused();
    // Nor does the card that folds a while later.
    await expect(chat.button('Finish…')).toBeVisible();
    await expect(chat.message).toBeFocused();
    await keyboard.type('m writing.');
    await keyboard.press('Enter');
    await expect(chat.saidBy('You').last()).toContainText('One moment, I am writing.');
    // Answered, so that nothing is left for the assistant.
    await mara.reply(1, 'Take your time.');
    await expect(chat.saidBy('Mara Ostby')).toHaveCount(2);
    await expect(chat.message).toBeFocused();
  });
  async function finish() {
    await keyboard.press('Shift+Tab');
    await expect(chat.button('Finish…')).toBeFocused();
    await keyboard.press('Enter');
    await expect(chat.panel.getByRole('group', { name: 'Finish…', exact: true })).toBeFocused();
  }
  await test.step('Esc leaves the card that asks how to leave, and not the chat', async () => {
    await finish();
    await keyboard.press('Escape');
    await expect(chat.button('Finish…')).toBeVisible();
    await expect(chat.message).toBeFocused();
  });
  await test.step('back to the assistant', async () => {
    await finish();
    await keyboard.press('Tab');
    await expect(chat.button('Back to the assistant')).toBeFocused();
    await keyboard.press('Enter');
    await expect(chat.log.getByText('You went back to the assistant')).toBeVisible();
    await expect(chat.button('Talk to a person')).toBeVisible();
    await expect(chat.message).toBeFocused();
  });
  await test.step('ending the chat', async () => {
    await ask();
    await expect.poll(async () => (await mara.conversations())[1]?.status).toBe('open');
    await mara.reply(2, 'Hello again.');
    await expect(chat.saidBy('Mara Ostby')).toHaveCount(3);
    await expect(chat.button('Finish…')).toBeVisible();
    await chat.message.focus();
    await finish();
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await expect(chat.button('End the chat')).toBeFocused();
    await keyboard.press('Enter');
    await expect(chat.log.getByText('You ended this chat')).toBeVisible();
  });
  await test.step('saying whether it was solved', async () => {
    const card = chat.panel.getByRole('group', { name: 'Rating' });
    await expect(card).toBeFocused();
    await keyboard.press('Tab');
    // One of five: the arrows choose.
    await keyboard.press('ArrowRight');
    await expect(card.getByRole('radio', { name: '2' })).toBeChecked();
    await chat.button('Skip').focus();
    await keyboard.press('Enter');
    await expect(chat.button('Talk to a person')).toBeVisible();
    await expect(chat.message).toBeFocused();
  });
  await test.step('closing by its button', async () => {
    await chat.button('Close chat').focus();
    await keyboard.press('Enter');
    await expect(chat.launcher).toBeFocused();
  });
});

test('where the waiting card folds under the focus, it goes to the field', async ({ page, baton: { url, mara } }) => {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await chat.say('test skill');
  await expect(chat.saidBy('Assistant')).toHaveCount(2);
  await chat.button('Talk to a person').press('Enter');
  await expect(chat.panel.getByRole('heading', { name: 'Mara Ostby has your conversation' })).toBeVisible();
  await chat.button('Cancel').focus();
  await mara.reply(1, 'Hello.');
  await expect(chat.button('Finish…')).toBeVisible();
  await expect(chat.message).toBeFocused();
});

test('with a window so small that the chat covers it, Tab goes round inside', async ({ page, baton: { url } }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await expect(chat.panel).toHaveAttribute('aria-modal', 'true');
  await expect(chat.saidBy('Assistant')).toHaveCount(1);
  await chat.button('Send').focus();
  await page.keyboard.press('Tab');
  await expect(chat.button('Close chat')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(chat.button('Send')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(chat.launcher).toBeFocused();
});
