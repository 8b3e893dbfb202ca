import { expect } from '@playwright/test';
import { chatOn, test } from './kit/browser.ts';

test('a message that the desk refuses says so; it can be sent again or deleted, also after a reload', async ({
  page,
  baton: { url, stage, mara },
}) => {
  /** What is written at the desk next is refused: as it is, and as plain text. */
  const refuse = async () => {
    const response = await fetch(`${stage.sandboxUrl}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'POST', path: '/messages$', times: 2, status: 422, body: { message: 'refused' } }),
    });
    expect(response.ok).toBe(true);
  };
  const chat = chatOn(page);
  const notSent = chat.log.getByRole('article', { name: /^You, Not sent/ });
  await page.goto(url);
  await chat.open();
  await chat.say('test skill');
  await expect(chat.saidBy('Assistant').last()).toContainText('two questions');
  await chat.button('Talk to a person').click();
  await expect(chat.panel.getByRole('group', { name: 'Waiting for a person', exact: true })).toBeVisible();
  const [conversation] = await mara.conversations();
  const id = conversation?.id ?? 0;
  await mara.reply(id, 'Hello, Mara here.');
  await expect(chat.saidBy('Mara Ostby')).toContainText(['Hello, Mara here.']);

  await test.step('Retry brings it to the desk', async () => {
    await refuse();
    await chat.say('Words to be sent again');
    await expect(notSent).toContainText('Words to be sent again');
    await page.reload();
    await chat.panel.waitFor();
    await expect(notSent).toContainText('Words to be sent again');
    await mara.sees(id, 'note: A message of the visitor could not be written here');
    expect((await mara.transcript(id)).join('\n')).not.toContain('Words to be sent again');
    await chat.button('Retry').click();
    await mara.sees(id, 'visitor: Words to be sent again');
    await expect(notSent).toHaveCount(0);
    await expect(chat.saidBy('You').last()).toContainText('Words to be sent again');
  });

  await test.step('Delete takes its words away', async () => {
    await refuse();
    await chat.say('Words to be deleted');
    await expect(notSent).toContainText('Words to be deleted');
    await chat.button('Delete').click();
    await expect(notSent).toHaveCount(0);
    await expect(chat.saidBy('You').last()).toContainText('This message was deleted');
    await page.reload();
    await chat.panel.waitFor();
    await expect(chat.saidBy('You').last()).toContainText('This message was deleted');
    await expect(chat.log).not.toContainText('Words to be deleted');
    expect((await mara.transcript(id)).join('\n')).not.toContain('Words to be deleted');
  });
});
