import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { chatOn, names, openDesk, serveHostPage, test } from './kit/browser.ts';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds on the whole page, shadow roots included, as `rule: where`. */
async function findings(page: Page): Promise<string[]> {
  // Half-way through a movement colours are not what they will be.
  await page.evaluate(() => {
    const all = (root: Document | ShadowRoot): Animation[] => [
      ...root.getAnimations(),
      ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? all(shadowRoot) : [])),
    ];
    for (const animation of all(document)) {
      if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
    }
  });
  const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.flat().join(' ')}: ${failureSummary ?? ''}`),
  );
}

for (const scheme of ['light', 'dark'] as const) {
  for (const language of ['en', 'ar'] as const) {
    test(`every state of the chat is accessible (${scheme}, ${language})`, async ({ page, baton: { url, mara } }) => {
      const words = names[language];
      const chat = chatOn(page, language);
      const check = (state: string) =>
        test.step(state, async () => expect.soft(await findings(page), state).toEqual([]));
      // Nobody is picked by the desk, so that the visitor waits.
      await mara.setAvailability('offline');

      await using host = await serveHostPage(url, { language });
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(host.url);
      await expect(chat.launcher).toBeVisible();
      await check('closed');

      await chat.open();
      await expect(chat.panel).toHaveCSS('direction', language === 'ar' ? 'rtl' : 'ltr');
      await expect(chat.saidBy(words.assistant)).toHaveCount(1);
      await check('open');

      await chat.say(words.question);
      // Lists, code, a link and choices.
      await expect(chat.saidBy(words.assistant).last().getByRole('list').first()).toBeVisible();
      await check('bot');

      await chat.button(words.talk).click();
      await expect(chat.panel.getByRole('group', { name: words.talk, exact: true }).getByRole('button')).toHaveCount(3);
      await check('asking');

      await chat.button('Orders and returns').click();
      await expect(chat.panel.getByRole('group', { name: words.waiting, exact: true })).toBeVisible();
      await mara.sees(1, 'asked for a person');
      await check('waiting');

      await mara.reply(1, 'Hello.\n\n1. One `step`\n2. [Another](https://littlefen.example/returns)\n\n```\ncode\n```');
      await expect(chat.saidBy('Mara Ostby')).toHaveCount(1);
      await expect(chat.panel.getByRole('group', { name: words.whoAnswers, exact: true })).toBeVisible();
      await check('joined');
      await expect(chat.button(words.finish)).toBeVisible();
      await chat.say('…');
      await mara.sees(1, 'visitor: …');
      await check('human');

      await chat.button(words.finish).click();
      await expect(chat.button(words.back)).toBeVisible();
      await check('finish');

      await mara.setStatus(1, 'resolved');
      await expect(chat.button(words.talk)).toBeVisible();
      await check('ended');
    });
  }

  test(`the agent's page is accessible (${scheme})`, async ({ page, baton: { url, stage, mara } }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const visitor = await page.context().newPage();
    const chat = chatOn(visitor);
    await visitor.goto(url);
    await chat.open();
    await chat.say(names.en.question);
    await expect(chat.saidBy('Assistant')).toHaveCount(2);
    await chat.button('Talk to a person').click();
    await chat.button('Something else').click();
    await mara.sees(1, 'asked for a person');

    const desk = await openDesk(page, stage.sandboxUrl);
    await expect(page.getByRole('navigation').getByRole('link')).toHaveCount(1);
    expect.soft(await findings(page), 'the list').toEqual([]);
    await desk.choose('support');
    await desk.reply('Hello, with `code` and a [link](https://littlefen.example/).');
    await expect(desk.said.last()).toContainText('Hello, with');
    await desk.note('Seen.');
    await expect(desk.said.last()).toContainText('Seen.');
    expect.soft(await findings(page), 'a conversation').toEqual([]);
    await desk.button('Private note').click();
    expect.soft(await findings(page), 'writing a note').toEqual([]);
  });
}

test('the demo page is accessible, and its switches change the chat', async ({ page, baton: { url } }) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(url);
  await expect(chatOn(page).launcher).toBeVisible();
  expect.soft(await findings(page), 'as it comes').toEqual([]);

  // In the light an accent is kept as it is given.
  await page.getByRole('radio', { name: 'Marigold', exact: true }).check();
  await page.waitForURL(/accent=f5b301/);
  await expect(chatOn(page).launcher).toHaveCSS('background-color', 'rgb(245, 179, 1)');
  expect.soft(await findings(page), 'marigold').toEqual([]);

  await page.getByRole('combobox', { name: 'Scheme', exact: true }).selectOption('dark');
  await page.waitForURL(/scheme=dark/);
  await expect(chatOn(page).launcher).toBeVisible();
  expect.soft(await findings(page), 'marigold and dark').toEqual([]);

  await page.getByRole('combobox', { name: 'Language', exact: true }).selectOption('ar');
  await page.waitForURL(/language=ar/);
  const chat = chatOn(page, 'ar');
  await chat.open();
  await expect(chat.panel).toHaveCSS('direction', 'rtl');
  await expect(chat.saidBy(names.ar.assistant)).toHaveCount(1);
  expect.soft(await findings(page), 'marigold, dark and Arabic, the chat open').toEqual([]);
  expect(errors).toEqual([]);
});
