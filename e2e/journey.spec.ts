import { expect, type Page } from '@playwright/test';
import { openAgent } from './kit/agent.ts';
import { answer, askBot, askForPerson, beginSkill, firstSlot, question } from './kit/browser-journey.ts';
import { chatOn, openDesk, test } from './kit/browser.ts';
import { until } from './kit/wait.ts';

/** The agent's page, in a window of its own. */
const openDeskBeside = async (page: Page, address: string) => {
  const context = await page.context().browser()?.newContext();
  if (!context) throw new Error('the browser is gone');
  return openDesk(await context.newPage(), address);
};

test('the baton goes round: from the bot to a person and back', async ({ page, baton: { url, stage, mara } }) => {
  const chat = chatOn(page);
  const everyone = ['administrator', 'mara', 'jon', 'wim'].map((who) => openAgent(stage.sandboxUrl, `sandbox-${who}`));
  const told = () => Promise.all(everyone.map((agent) => agent.call('GET', '/notifications')));

  await test.step('the bot greets and answers', async () => {
    await page.goto(url);
    await chat.open();
    await expect(chat.saidBy('Assistant')).toContainText(['Hello. I know the catalogue.']);
    await askBot(chat);
    await expect(chat.saidBy('Assistant').last().getByRole('listitem')).toHaveCount(2);
  });
  await test.step('a skill is begun and left unfinished', () => beginSkill(chat));
  await test.step('the visitor asks for a person', async () => {
    await askForPerson(chat);
    await expect(chat.button('Cancel')).toBeVisible();
  });

  const desk = await openDeskBeside(page, stage.sandboxUrl);
  await test.step('at the desk it is open, in the right team, with everything that was said and why', async () => {
    const [{ meta } = { meta: { sender: { name: 'nobody' } } }] = await mara.conversations();
    await desk.choose(meta.sender.name, 'sales');
    await expect(desk.about).toContainText('1, open');
    await expect(desk.page.getByRole('combobox', { name: 'Team', exact: true }).locator('option:checked')).toHaveText(
      'sales',
    );
    await expect(desk.said).toContainText([
      'Hello. I know the catalogue.',
      question,
      'nine days',
      'test skill',
      firstSlot,
      'asked for a person',
    ]);
    await expect(desk.said).toHaveCount(6);
    const note = desk.said.last();
    await expect(note).toContainText('Private note');
    await expect(note).toContainText('me.test.supportDemo.TestSkill is unfinished');
  });

  const secret = 'This one has called twice today';
  await test.step('the agent notes, types and answers; the visitor sees what is meant for them, once', async () => {
    await desk.note(secret);
    await desk.page.getByRole('textbox', { name: 'Reply', exact: true }).pressSequentially('One mo');
    await expect(chat.panel.getByText('Mara is typing')).toBeVisible();
    await desk.reply('Hello, I am **Mara**. What is it about?');
    await expect(chat.saidBy('Mara Ostby')).toContainText(['Hello, I am Mara. What is it about?']);
    await expect(chat.saidBy('Mara Ostby').getByRole('strong')).toHaveText('Mara');
    await expect(chat.log.getByText('Mara Ostby joined')).toBeVisible();
    await expect(chat.panel.getByText('Mara is typing')).toBeHidden();
    await expect(chat.panel.getByRole('heading', { name: 'Mara Ostby', exact: true })).toBeVisible();
  });
  await test.step('the visitor replies', async () => {
    await chat.say('About a shade.');
    await expect(desk.said.last()).toContainText('About a shade.');
  });
  await test.step('a reply that comes while nobody looks waits on the next page', async () => {
    await chat.button('Close chat').click();
    await expect(chat.launcher).toBeVisible();
    await page.reload();
    await expect(chat.launcher).toBeVisible();
    await page.getByRole('link', { name: 'Bittern', exact: true }).click();
    await expect(page).toHaveTitle(/^Bittern/);
    await desk.reply('Sage is in stock.');
    const launcher = page.getByRole('button', { name: 'Open chat, 1 new message', exact: true });
    await launcher.click();
    await expect(chat.saidBy('Mara Ostby')).toContainText(['Hello, I am Mara.', 'Sage is in stock.']);
    await expect(chat.saidBy('Mara Ostby')).toHaveCount(2);
  });
  await test.step('the agent resolves, and the visitor is told', async () => {
    await desk.button('Resolve').click();
    await expect(desk.about).toContainText('1, resolved');
    await expect(chat.log.getByText('Mara Ostby has closed this')).toBeVisible();
    await expect(chat.button('Talk to a person')).toBeVisible();
  });
  await test.step('the next message is answered by the bot, and disturbs nobody', async () => {
    const before = await told();
    // Had the bot remembered its unfinished skill, this would be the visitor's name.
    await askBot(chat);
    await expect(chat.log.getByText('The assistant is back')).toBeVisible();
    await mara.sees(2, 'bot: Every lamp is made to order');
    expect(await mara.transcript(2)).toEqual([`visitor: ${question}`, expect.stringMatching(/^bot: Every lamp/)]);
    expect((await mara.conversations()).map(({ status }) => status)).toEqual(['resolved', 'pending']);
    expect(await told()).toEqual(before);
  });

  await expect(chat.said).toContainText([
    'Hello. I know the catalogue.',
    question,
    answer,
    'test skill',
    firstSlot,
    'Hello, I am Mara.',
    'About a shade.',
    'Sage is in stock.',
    question,
    answer,
  ]);
  await expect(chat.said).toHaveCount(10);
  await expect(page.getByText(secret)).toHaveCount(0);
});

test('with nothing unfinished the visitor is asked what it is about, and a person takes it by hand', async ({
  page,
  baton: { url, stage, mara },
}) => {
  // Nobody is picked by the desk.
  await mara.setAvailability('offline');
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await chat.button('Talk to a person').click();
  const asking = chat.panel.getByRole('group', { name: 'Talk to a person', exact: true });
  await expect(asking.getByRole('heading', { name: 'What is it about?', exact: true })).toBeVisible();
  await expect(asking.getByRole('button')).toHaveText([
    'Orders and returns',
    'Something else',
    'Stay with the assistant',
  ]);
  await chat.button('Orders and returns').click();
  await expect(chat.panel.getByRole('heading', { name: 'Orders and returns knows you are here' })).toBeVisible();

  const desk = await openDeskBeside(page, stage.sandboxUrl);
  await desk.choose('sales');
  await expect(desk.about).toContainText('open, nobody assigned');
  await desk.button('Assign to me').click();
  await expect(desk.about).toContainText('yours');
  await expect(desk.button('Assign to me')).toHaveAttribute('aria-pressed', 'true');
  await expect(desk.page.getByText('Visitor asked', { exact: true })).toBeVisible();
  await expect(chat.panel.getByRole('heading', { name: 'Mara Ostby has your conversation' })).toBeVisible();
  await expect(chat.button('Cancel')).toBeVisible();
  await desk.reply('Good evening.');
  await expect(chat.saidBy('Mara Ostby')).toContainText(['Good evening.']);

  // The agent gives it back to the bot.
  await desk.button('Pending').click();
  await expect(desk.about).toContainText('pending');
  await expect(chat.log.getByText('Mara Ostby has closed this, the assistant is back')).toBeVisible();
  await askBot(chat);
});

test('whoever waits may leave the queue, and the assistant goes on where it was', async ({
  page,
  baton: { url, mara },
}) => {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await beginSkill(chat);
  await chat.button('Talk to a person').click();
  await expect(chat.panel.getByRole('heading', { name: 'Mara Ostby has your conversation' })).toBeVisible();
  await chat.button('Cancel').click();
  await expect(chat.log.getByText('You left the queue. The assistant answers again')).toBeVisible();
  await expect(chat.button('Talk to a person')).toBeVisible();
  await until(async () => {
    const [first] = await mara.conversations();
    return first?.status === 'pending' && !first.meta.team && !first.meta.assignee;
  }, 'the desk to give it back');
  await chat.say(question);
  await expect(chat.saidBy('Assistant')).toContainText([firstSlot, answer, `Still open: ${firstSlot}`]);
  await mara.sees(1, `bot: Still open`);
  expect(await mara.conversations()).toHaveLength(1);
});

test('the visitor goes back to the assistant, or ends the chat; either resolves it at the desk', async ({
  page,
  baton: { url, mara },
}) => {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  for (const [thread, press, notice] of [
    [1, 'Back to the assistant', 'You went back to the assistant'],
    [2, 'End the chat', 'You ended this chat'],
  ] as const) {
    await beginSkill(chat);
    await chat.button('Talk to a person').click();
    await mara.sees(thread, 'asked for a person');
    await mara.reply(thread, `Hello from ${thread}.`);
    await expect(chat.saidBy('Mara Ostby').last()).toContainText(`Hello from ${thread}.`);
    await chat.button('Finish…').click();
    await chat.button(press).click();
    await expect(chat.log.getByText(notice, { exact: false })).toBeVisible();
    await expect(chat.button('Talk to a person')).toBeVisible();
    await expect.poll(async () => (await mara.conversations())[thread - 1]?.status).toBe('resolved');
    // A fresh session at the bot's: no answer to the skill's first question.
    await askBot(chat);
  }
});

test("at the agent's page each name that others rely on is one button", async ({
  page,
  baton: { url, stage, mara },
}) => {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await beginSkill(chat);
  await chat.button('Talk to a person').click();
  await mara.sees(1, 'asked for a person');
  const desk = await openDeskBeside(page, stage.sandboxUrl);
  await desk.choose('sales');
  await expect(desk.about).toContainText('1, open');
  for (const name of ['Assign to me', 'Resolve', 'Pending', 'Reply', 'Private note'])
    await expect(desk.page.getByRole('button', { name, exact: true })).toHaveCount(1, { timeout: 2_000 });
});
