import { expect, type Page } from '@playwright/test';
import { openAgent } from './kit/agent.ts';
import { answer, askBot, askForPerson, beginSkill, firstSlot, question } from './kit/browser-journey.ts';
import { chatOn, test } from './kit/browser.ts';
import { type Node, openNodes } from './kit/nodes.ts';
import { startPostgres } from './kit/postgres.ts';
import { openStage } from './kit/processes.ts';

/** How many sockets of this page's visitor are at one relay, as it tells itself. */
async function socketsAt({ url }: Node, page: Page): Promise<number> {
  const token = await page.evaluate(
    () =>
      Object.values({ ...localStorage })
        .map((item) => (JSON.parse(item) as { token?: string }).token)
        .find((found) => found !== undefined) ?? '',
  );
  const answer = await fetch(`${url}/demo/state`, { headers: { authorization: `Bearer ${token}` } });
  const { own } = (await answer.json()) as { own: { sockets: number } | null };
  return own?.sockets ?? 0;
}

test('the baton goes round in two tabs of a visitor at different relays, and deliveries come to the one that does not watch', async ({
  browser,
}) => {
  // More is started here than in other tests.
  test.setTimeout(180_000);
  await using postgres = await startPostgres();
  await using stage = await openStage();
  // What agents do is told by the webhook alone, at B. A came first, so it is A that watches the desk.
  await stage.startSandbox(['--switch', 'refuseCable=true']);
  await using nodes = await openNodes(stage, await postgres.createDatabase(), ({ b }) => ({
    PUBLIC_URL: b,
    SWEEP: '10 min',
  }));
  const mara = openAgent(stage.sandboxUrl);
  const context = await browser.newContext();
  // Without locks each tab has a socket of its own.
  await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  const [one, two] = [chatOn(await context.newPage()), chatOn(await context.newPage())];
  const tabs = [one, two];
  const places = async () => [await socketsAt(nodes.a, one.page), await socketsAt(nodes.b, one.page)];

  await test.step('the first tab comes to A, the second one to B, and shows what was said', async () => {
    nodes.sendTo(nodes.a);
    await one.page.goto(nodes.url);
    await one.open();
    await askBot(one);
    nodes.sendTo(nodes.b);
    await two.page.goto(nodes.url);
    await expect(two.saidBy('Assistant').last()).toContainText(answer);
    expect(await places()).toEqual([1, 1]);
  });
  await test.step('what is done in one tab is seen in the other', async () => {
    await beginSkill(two);
    await expect(one.saidBy('Assistant').last()).toContainText(firstSlot);
    await askForPerson(one);
    await expect(two.panel.getByRole('group', { name: 'Waiting for a person', exact: true })).toBeVisible();
  });
  await test.step('a person answers, and both tabs see it', async () => {
    await mara.sees(1, 'asked for a person');
    await mara.reply(1, 'Hello, I am **Mara**. What is it about?');
    for (const tab of tabs) {
      await expect(tab.saidBy('Mara Ostby')).toContainText(['Hello, I am Mara. What is it about?']);
      await expect(tab.log.getByText('Mara Ostby joined')).toBeVisible();
    }
  });
  await test.step('the person hears both tabs', async () => {
    await two.say('About a shade.');
    await mara.sees(1, 'visitor: About a shade.');
    await one.say('A green one.');
    await mara.sees(1, 'visitor: A green one.');
  });
  await test.step('the person resolves it, and the bot answers again', async () => {
    await mara.setStatus(1, 'resolved');
    for (const { log } of tabs) await expect(log.getByText('Mara Ostby has closed this')).toBeVisible();
    await askBot(two);
  });

  const words = ['Hello. I know', question, answer, 'test skill', firstSlot, 'Hello, I am Mara.'];
  for (const { said } of tabs) {
    await expect(said).toContainText([...words, 'About a shade.', 'A green one.', question, answer]);
    await expect(said).toHaveCount(10);
  }
  expect(await places()).toEqual([1, 1]);
  expect((await mara.conversations()).map(({ status }) => status)).toEqual(['resolved', 'pending']);
  await context.close();
});
