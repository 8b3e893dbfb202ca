import { expect, type Page } from '@playwright/test';
import { chatOn, test } from './kit/browser.ts';

const question = 'How long does delivery take?';
const answer = 'Every lamp is made to order in nine days.';

/** A bad line between this page and the relay, at the level of socket.io's frames. */
async function worsenLine(page: Page) {
  let lost = { up: false, down: false };
  let sent = 0;
  await page.routeWebSocket(/\/socket\.io\//, (socket) => {
    const relay = socket.connectToServer();
    const isSending = (frame: string | Buffer) => String(frame).includes('"message:send"');
    // What is told is an event (42…) or the acknowledgement of a request (43…); the rest keeps the connection.
    const isTold = (frame: string | Buffer) => /^4[23]/.test(String(frame));
    socket.onMessage((frame) => {
      if (isSending(frame)) sent += 1;
      if (!(lost.up && isSending(frame))) relay.send(frame);
    });
    relay.onMessage((frame) => {
      if (!(lost.down && isTold(frame))) socket.send(frame);
    });
  });
  return {
    /** How often this page has sent a message so far, repetitions included. */
    sent: () => sent,
    /** Messages to the relay are lost from now on. */
    loseUp: () => void (lost = { up: true, down: false }),
    /** What the relay tells is lost from now on, acknowledgements included. */
    loseDown: () => void (lost = { up: false, down: true }),
    mend: () => void (lost = { up: false, down: false }),
  };
}

test('what is written while the relay is away is kept, shown as kept, and goes out by itself, once', async ({
  page,
  baton,
}) => {
  const chat = chatOn(page);
  await page.goto(baton.url);
  await chat.open();
  await chat.say(question);
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);

  await chat.message.fill('Are you ');
  await baton.relay.kill();
  await chat.message.pressSequentially('still there?');
  await chat.message.press('Enter');
  await chat.say('test skill');
  await expect(
    chat.weather('The chat cannot be reached right now. Your messages are kept and go out by themselves.'),
  ).toBeVisible();
  await expect(chat.saidBy('You')).toContainText([question, 'Are you still there?', 'test skill']);
  await expect(chat.log.getByRole('article', { name: 'You, Kept, goes out by itself', exact: true })).toHaveCount(2);

  baton.relay = await baton.stage.startRelay();
  await expect(chat.weather('The chat cannot be reached right now.')).toBeHidden({
    timeout: 45_000,
  });
  await expect(chat.log.getByRole('article', { name: /^You, Kept/ })).toHaveCount(0);
  await expect(chat.saidBy('Assistant').last()).toContainText('The first one is your name.');
  await expect(chat.saidBy('You')).toHaveCount(3);
  await baton.mara.sees(1, 'bot: The test skill');
  const atDesk = (await baton.mara.transcript(1)).filter((line) => line.startsWith('visitor:'));
  expect(atDesk).toEqual([`visitor: ${question}`, 'visitor: Are you still there?', 'visitor: test skill']);
});

test('a first message written before the relay has ever answered begins the conversation when it does', async ({
  page,
  baton,
}) => {
  const chat = chatOn(page);
  await page.goto(baton.url);
  await chat.prepare();
  await baton.relay.kill();
  await chat.open();
  await chat.say(question);
  await expect(chat.log.getByRole('article', { name: 'You, Kept, goes out by itself', exact: true })).toHaveCount(1);
  baton.relay = await baton.stage.startRelay();
  await expect(chat.saidBy('Assistant').last()).toContainText(answer, { timeout: 45_000 });
  await expect(chat.said).toContainText(['Hello. I know the catalogue.', question, answer]);
  await expect(chat.said).toHaveCount(3);
});

for (const [when, lose] of [
  ['before it has left', 'loseUp'],
  ['before its acknowledgement has come', 'loseDown'],
] as const) {
  test(`a message is sent once though the page is loaded again ${when}`, async ({ page, baton: { url, mara } }) => {
    const line = await worsenLine(page);
    const chat = chatOn(page);
    await page.goto(url);
    await chat.open();
    await expect(chat.saidBy('Assistant')).toHaveCount(1);
    line[lose]();
    await chat.say(question);
    await expect.poll(line.sent).toBe(1);
    if (lose === 'loseDown') await mara.sees(1, `visitor: ${question}`);
    expect(await chat.log.getByRole('article', { name: 'You, Sending', exact: true }).count()).toBe(1);
    await page.reload();
    line.mend();
    // It was open, so it comes back open.
    await expect(chat.saidBy('Assistant').last()).toContainText(answer);
    await expect(chat.said).toContainText(['Hello. I know the catalogue.', question, answer]);
    await expect(chat.said).toHaveCount(3);
    await mara.sees(1, 'bot: Every lamp');
    expect(await mara.conversations()).toHaveLength(1);
    expect((await mara.transcript(1)).filter((said) => said.startsWith('visitor:'))).toEqual([`visitor: ${question}`]);
  });
}

test('the first acknowledgement is lost: the message is sent again under its id, and taken once', async ({
  page,
  baton: { url, mara },
}) => {
  const line = await worsenLine(page);
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await expect(chat.saidBy('Assistant')).toHaveCount(1);
  line.loseDown();
  await chat.say(question);
  await mara.sees(1, 'bot: Every lamp');
  line.mend();
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);
  await expect.poll(line.sent, { timeout: 30_000 }).toBe(2);
  await expect(chat.saidBy('You').last()).not.toHaveAccessibleName(/Sending/);
  await expect(chat.said).toHaveCount(3);
  // The proof that nothing else is on its way.
  await chat.say('test skill');
  await mara.sees(1, 'bot: The test skill');
  expect((await mara.transcript(1)).filter((said) => said.startsWith('visitor:'))).toEqual([
    `visitor: ${question}`,
    'visitor: test skill',
  ]);
});

test('two tabs of one browser show the same, once', async ({ page, context, baton: { url, mara } }) => {
  const [here, there] = [chatOn(page), chatOn(await context.newPage())];
  await here.page.goto(url);
  await here.open();
  await here.say(question);
  await expect(here.saidBy('Assistant').last()).toContainText(answer);
  await there.page.goto(url); // open there, too
  await expect(there.saidBy('Assistant').last()).toContainText(answer);
  await there.say('test skill');
  for (const chat of [here, there]) await expect(chat.saidBy('Assistant').last()).toContainText('your name');
  await here.button('Talk to a person').click();
  await expect(there.button('Cancel')).toBeVisible();
  await mara.sees(1, 'asked for a person');
  await mara.reply(1, 'Hello to both.');
  for (const chat of [here, there]) {
    await expect(chat.saidBy('Mara Ostby')).toContainText(['Hello to both.']);
    await expect(chat.said).toContainText(['Hello.', question, answer, 'test skill', 'your name', 'Hello to both.']);
    await expect(chat.said).toHaveCount(6);
  }
  expect(await mara.conversations()).toHaveLength(1);
});

test('the chat is open in a new tab, too, where it is open in the first', async ({ page, context, baton: { url } }) => {
  const [here, there] = [chatOn(page), chatOn(await context.newPage())];
  await here.page.goto(url);
  await here.open();
  await here.say(question);
  await expect(here.saidBy('Assistant').last()).toContainText(answer);
  await there.page.goto(url);
  await expect(there.saidBy('Assistant').last()).toContainText(answer, { timeout: 5_000 });
});

test('what one tab begins is not lost to another that only looks', async ({ browser, baton: { url } }) => {
  // Both tabs write the one storage item, and each reads a moment late what the other one wrote.
  for (let round = 0; round < 8; round++) {
    const context = await browser.newContext();
    const [here, there] = [chatOn(await context.newPage()), chatOn(await context.newPage())];
    for (const chat of [here, there]) {
      await chat.page.goto(url);
      await chat.open();
      await expect(chat.saidBy('Assistant')).toHaveCount(1);
    }
    await here.say(question);
    for (const chat of [here, there]) await expect(chat.said).toHaveCount(3);
    await here.page.reload();
    await expect(here.saidBy('Assistant').last()).toContainText(answer);
    await context.close();
  }
});

test('two tabs that begin at the same moment begin one conversation', async ({ browser, baton: { url, mara } }) => {
  for (let round = 1; round <= 4; round++) {
    const context = await browser.newContext();
    const both = [chatOn(await context.newPage()), chatOn(await context.newPage())];
    for (const chat of both) {
      await chat.page.goto(url);
      await chat.open();
      await expect(chat.saidBy('Assistant')).toHaveCount(1);
      await chat.message.fill(question);
    }
    await Promise.all(both.map((chat) => chat.message.press('Enter')));
    for (const chat of both) await expect(chat.said).toHaveCount(5);
    expect(await mara.conversations()).toHaveLength(round);
    await context.close();
  }
});

test('where the browser keeps nothing the chat works all the same, and says what that means', async ({
  page,
  baton: { url },
}) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.addInitScript(() => {
    // As browsers do it where a visitor has blocked site data.
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      },
    });
  });
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await expect(chat.weather('This browser keeps nothing for this page. Closing the page ends the chat.')).toBeVisible();
  await chat.say(question);
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);
  await chat.button('Close chat').click();
  await chat.open();
  await expect(chat.said).toHaveCount(3);
  expect(errors).toEqual([]);
});
