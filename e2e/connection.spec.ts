import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, type Page } from '@playwright/test';
import { chatOn, serveHostPage, test } from './kit/browser.ts';

const question = 'How long does delivery take?';
const answer = 'Every lamp is made to order in nine days.';
const slow = 'Connecting takes longer than usual. What you write is kept.';

/** The page with everything fetched that the panel needs, and the chat still closed. */
async function prepare(page: Page, url: string) {
  const chat = chatOn(page);
  await page.goto(url);
  await chat.prepare();
  return chat;
}

/** Lets through what HTTP asks for, and takes the request for a websocket without ever answering, as some proxies do. */
async function openSwallowingProxy(target: string) {
  const { hostname, port, host } = new URL(target);
  const asked: string[] = [];
  const swallowed: Duplex[] = [];
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    asked.push(`${req.method} ${req.url}`);
    const onward = request({ hostname, port, method: req.method, path: req.url, headers: { ...req.headers, host } });
    onward.on('response', (said) => {
      res.writeHead(said.statusCode ?? 502, said.headers);
      said.pipe(res);
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.pipe(onward);
  });
  server.on('upgrade', (req, line: Duplex) => {
    asked.push(`UPGRADE ${req.url}`);
    swallowed.push(line);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      for (const line of swallowed) line.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a phone that loses its network while the chat first connects is connected once the network is back', async ({
  page,
  context,
  baton,
}) => {
  const chat = await prepare(page, baton.url);
  baton.relay.signal('SIGSTOP');
  await chat.launcher.click();
  await chat.say(question);
  await context.setOffline(true);
  await expect(chat.weather('You are offline.')).toBeVisible();
  baton.relay.signal('SIGCONT');
  await context.setOffline(false);
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);
  await expect(chat.said).toHaveCount(3);
});

for (const refusal of ['unavailable', 'forbidden']) {
  test(`a hello that is refused once (${refusal}) shuts nothing`, async ({ page, baton: { url } }) => {
    let refused = 0;
    await page.routeWebSocket(/\/socket\.io\//, (socket) => {
      const relay = socket.connectToServer();
      socket.onMessage((frame) => {
        const id = /^42(\d+)\["hello"/.exec(String(frame))?.[1];
        if (id === undefined || refused > 0) return relay.send(frame);
        refused += 1;
        socket.send(`43${id}${JSON.stringify([{ ok: false, refusal }])}`);
      });
      relay.onMessage((frame) => socket.send(frame));
    });
    const chat = chatOn(page);
    await page.goto(url);
    await chat.open();
    await chat.say(question);
    await expect(chat.saidBy('Assistant').last()).toContainText(answer);
    expect(refused).toBe(1);
  });
}

test('where a proxy swallows the request for a websocket, polling brings the greeting within three seconds', async ({
  page,
  baton: { url },
}) => {
  await using proxy = await openSwallowingProxy(url);
  await using host = await serveHostPage(proxy.url);
  const chat = await prepare(page, host.url);
  await chat.open();
  const began = Date.now();
  await expect(chat.saidBy('Assistant')).toHaveCount(1);
  expect(Date.now() - began).toBeLessThan(3_000);
  expect(proxy.asked.filter((each) => each.startsWith('UPGRADE'))).not.toEqual([]);
  await chat.say(question);
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);
});

test('a relay that takes the connection and says nothing is told of, and what waits for it does not look sent', async ({
  page,
  baton,
}) => {
  const chat = await prepare(page, baton.url);
  baton.relay.signal('SIGSTOP');
  await chat.launcher.click();
  await chat.message.fill(question);
  await expect(chat.panel.getByText(slow).first()).toBeVisible();
  await chat.message.press('Enter');
  await expect(chat.log.getByRole('article', { name: 'You, Kept, goes out by itself', exact: true })).toBeVisible();
  baton.relay.signal('SIGCONT');
  await expect(chat.saidBy('Assistant').last()).toContainText(answer, { timeout: 30_000 });
  await expect(chat.panel.getByText(slow)).toHaveCount(0);
  await expect(chat.said).toHaveCount(3);
});

test('a chat that the page removes closes its connection, hears of no other tab, and throws nothing', async ({
  page,
  baton: { url },
}) => {
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  const sockets: { isClosed: () => boolean }[] = [];
  page.on('websocket', (socket) => sockets.push(socket));
  const chat = chatOn(page);
  await page.goto(url);
  await chat.open();
  await chat.say(question);
  await expect(chat.saidBy('Assistant').last()).toContainText(answer);
  const before = await page.evaluate(() => {
    (window as unknown as { Baton: (command: string) => void }).Baton('remove');
    return JSON.stringify({ ...localStorage });
  });
  await expect.poll(() => sockets.map((socket) => socket.isClosed())).toEqual([true]);
  await expect(page.locator('baton-chat')).toHaveCount(0);
  const after = await page.evaluate(() => {
    const [key] = Object.keys(localStorage);
    dispatchEvent(new StorageEvent('storage', { key: key ?? null }));
    dispatchEvent(new Event('online'));
    return JSON.stringify({ ...localStorage });
  });
  expect(after).toBe(before);
  expect(sockets).toHaveLength(1);
  expect(errors).toEqual([]);
});

test('three tabs have one socket; when the one that has it is killed another takes over, and nothing is lost or doubled', async ({
  browser,
  baton: { url, mara },
}) => {
  const context = await browser.newContext();
  /** How many sockets each tab has open. */
  const open: number[] = [];
  async function visit() {
    const page = await context.newPage();
    const tab = open.push(0) - 1;
    page.on('websocket', (socket) => {
      open[tab] = (open[tab] ?? 0) + 1;
      socket.on('close', () => (open[tab] = (open[tab] ?? 0) - 1));
    });
    await page.goto(url);
    return chatOn(page);
  }
  const one = await visit();
  await one.open();
  await one.say(question);
  await expect(one.saidBy('Assistant').last()).toContainText(answer);
  const [two, three] = [await visit(), await visit()];
  for (const chat of [two, three]) await expect(chat.saidBy('Assistant').last()).toContainText(answer);
  expect(open).toEqual([1, 0, 0]);

  // A tab that follows speaks and hears as the one that leads.
  // What has just appeared does nothing for a moment, so that nobody presses it by mistake.
  await expect(async () => {
    await two.button('Talk to a person').click({ timeout: 1_000 });
    await expect(two.button('Something else')).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await three.button('Something else').click();
  await mara.sees(1, 'asked for a person');
  await mara.reply(1, 'Hello to all.');
  for (const chat of [one, two, three]) await expect(chat.saidBy('Mara Ostby')).toContainText(['Hello to all.']);
  await three.say('And from here');
  for (const chat of [one, two, three]) await expect(chat.saidBy('You').last()).toContainText('And from here');

  // Its process is gone, without a word; what is said meanwhile is said to nobody.
  await two.message.fill('Is somebody there?');
  const crash = await context.newCDPSession(one.page);
  void crash.send('Page.crash').catch(() => {});
  await one.page.waitForEvent('crash');
  const killed = Date.now();
  await two.message.press('Enter');
  await mara.sees(1, 'Is somebody there?');
  await expect.poll(() => (open[1] ?? 0) + (open[2] ?? 0)).toBe(1);
  expect(Date.now() - killed).toBeLessThan(4_000);
  await mara.reply(1, 'I am.');
  for (const chat of [two, three]) {
    await expect(chat.saidBy('Mara Ostby').last()).toContainText('I am.');
    await expect(chat.saidBy('You')).toContainText([question, 'And from here', 'Is somebody there?']);
    await expect(chat.saidBy('You')).toHaveCount(3);
    await expect(chat.saidBy('Mara Ostby')).toHaveCount(2);
  }
  expect(await mara.conversations()).toHaveLength(1);
  await context.close();
});
