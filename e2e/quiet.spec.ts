import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { expect, type Page } from '@playwright/test';
import { chatOn, names, serveHostPage, test } from './kit/browser.ts';

/** Everything the page asks of the relay from now on, as `GET /path`; a socket as `SOCKET /path`. */
function watchRequests(page: Page, relay: string): string[] {
  const asked: string[] = [];
  const { host } = new URL(relay);
  const note = (how: string, address: string) => {
    const url = new URL(address);
    if (url.host === host) asked.push(`${how} ${url.pathname}`);
  };
  page.on('request', (request) => note(request.method(), request.url()));
  page.on('websocket', (socket) => note('SOCKET', socket.url()));
  return asked;
}

/** What the page threw, or printed as an error. */
function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return errors;
}

/** Everything a page may keep, by the ways a page has. */
const kept = (page: Page) =>
  page.evaluate(async () => ({
    cookie: document.cookie,
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    // Insecure pages have neither.
    caches: 'caches' in window ? await caches.keys() : [],
  }));
const nothing = { cookie: '', local: [], session: [], databases: [], caches: [] };

test('a page with the tag costs one request and leaves nothing behind until the visitor reaches for the chat', async ({
  page,
  context,
  baton: { url },
}) => {
  await using host = await serveHostPage(url);
  const asked = watchRequests(page, url);
  const errors = watchErrors(page);
  await page.goto(host.url);
  const chat = chatOn(page);
  await expect(chat.launcher).toBeVisible();
  await page.waitForLoadState('networkidle');
  // Whatever waits for an idle moment has had it.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(asked).toEqual(['GET /widget.js']);
  expect(await kept(page)).toEqual(nothing);
  expect(await context.cookies()).toEqual([]);

  // Looking is not sending: a connection, and still nothing kept.
  await chat.open();
  await expect(chat.saidBy('Assistant')).toContainText(['Hello. I know the catalogue.']);
  expect(asked).toContain('SOCKET /socket.io/');
  expect(await kept(page)).toEqual(nothing);

  // One item, and no cookie.
  await chat.say('How long does delivery take?');
  await expect(chat.saidBy('Assistant').last()).toContainText('nine days');
  expect(await kept(page)).toEqual({ ...nothing, local: [`baton demo ${url}/`] });
  expect(await context.cookies()).toEqual([]);
  expect(errors).toEqual([]);
});

/** What docs/widget.md tells the owner of a site to allow, for this relay. */
function documentedPolicy(relay: string): string {
  const page = readFileSync(new URL('../docs/widget.md', import.meta.url), 'utf8');
  const [, line = ''] = /^```\n(script-src .*)\n```$/m.exec(page) ?? [];
  expect(line).toContain('connect-src');
  return line
    .replaceAll('wss://baton.example.com', relay.replace(/^http/, 'ws'))
    .replaceAll('https://baton.example.com', relay);
}

test('a strict content policy of the page is never violated, and pictures come from the relay alone', async ({
  page,
  baton: { url, mara },
}) => {
  const policy = [
    "default-src 'none'",
    documentedPolicy(url),
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  await using host = await serveHostPage(url, { policy });
  const violations: string[] = [];
  await page.exposeFunction('noteViolation', (what: string) => violations.push(what));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      const { noteViolation } = window as unknown as { noteViolation: (what: string) => void };
      noteViolation(`${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  const asked = watchRequests(page, url);
  const errors = watchErrors(page);
  await page.goto(host.url);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('How long does delivery take?');
  await expect(chat.saidBy('Assistant').last()).toContainText('nine days');
  await chat.button('Talk to a person').click();
  await chat.button('Stay with the assistant').click();
  await mara.reply(1, 'Hello');
  await expect(chat.saidBy('Mara Ostby')).toContainText(['Hello']);
  const face = chat.log.locator('img').last();
  await expect.poll(() => face.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(250);
  expect(asked).toContainEqual(expect.stringMatching(/^GET \/pictures\//));
  await chat.button('Close chat').click();
  await expect(chat.launcher).toBeVisible();
  expect(asked).toContain('SOCKET /socket.io/');
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
});

for (const language of ['en', 'ar'] as const) {
  test(`the loader and everything up to a usable composer are small (${language})`, async ({
    page,
    baton: { url },
  }) => {
    await using host = await serveHostPage(url, { language });
    const bodies = new Map<string, Promise<Buffer>>();
    page.on('response', (response) => {
      if (response.url().startsWith(url)) bodies.set(new URL(response.url()).pathname, response.body());
    });
    await page.goto(host.url);
    const chat = chatOn(page, language);
    await chat.open();
    await expect(chat.saidBy(names[language].assistant)).toHaveCount(1);
    await chat.message.fill('…');

    // What draws transcript and cards comes beside the panel; a field to write in does not wait for it.
    const beside = ['/widget/cards.js', '/widget/transcript.js'];
    const needed = ['/widget.js', `/widget/${language}.js`, '/widget/panel.js'];
    const scripts = [...bodies.keys()].filter((path) => path.endsWith('.js'));
    expect(scripts.sort()).toEqual([...needed, ...beside].sort());
    const sizes = new Map<string, number>();
    for (const [path, body] of bodies)
      if (!beside.includes(path)) sizes.set(path, brotliCompressSync(await body).length);
    expect(sizes.get('/widget.js')).toBeLessThanOrEqual(2.2 * 1024);
    const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(all).toBeLessThanOrEqual(42 * 1024);
  });
}

test('a page of a foreign origin shows no chat, its owner reads why, and nothing is thrown into it', async ({
  page,
  baton: { url, relay },
}) => {
  await using host = await serveHostPage(url);
  const thrown: Error[] = [];
  page.on('pageerror', (error) => thrown.push(error));
  // A name that browsers take for this machine, and that the configuration does not list.
  const origin = `http://elsewhere.localhost:${host.port}`;
  await page.goto(`${origin}/`);
  const chat = chatOn(page);
  const advice = page.waitForEvent('console', (line) => line.text().startsWith('Baton: the relay refuses this page'));
  await chat.launcher.click();
  expect((await advice).text()).toContain(`origins: [${origin}]`);
  await expect(chat.panel).toBeHidden();
  await expect(chat.launcher).toBeHidden();
  await expect(page.getByText('Only you see this, because this is localhost.')).toBeVisible();
  expect(thrown).toEqual([]);
  expect(await kept(page)).toEqual(nothing);
  // Whoever runs the relay reads what to add where.
  await expect.poll(() => relay.log()).toContain(`to allow it, add it to sites.demo.origins`);
  expect(relay.log()).toContain(origin);
});

test('markup of the page that takes the name of what we look for leads us nowhere', async ({
  page,
  baton: { url },
}) => {
  const foreign: string[] = [];
  await page.route('http://foreign.localhost/**', (route) => {
    foreign.push(route.request().url());
    return route.abort();
  });
  await using host = await serveHostPage(url, {
    markup: '<img name="currentScript" src="http://foreign.localhost/a/b" data-site="demo">',
  });
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(host.url);
  await page.waitForLoadState('networkidle');
  // The picture itself is the page's wish. What we would do, we would do on the way to the launcher.
  const launcher = page.locator('baton-chat').getByRole('button');
  if ((await launcher.count()) > 0) await launcher.hover();
  await page.waitForLoadState('networkidle');
  expect(foreign).toEqual(['http://foreign.localhost/a/b']);
  await expect(page.locator('baton-chat')).toHaveCount(0);
  expect(errors).toEqual([]);
});

test('markup of the page that takes our name, or its title’s, does no harm', async ({ page, baton: { url } }) => {
  await using host = await serveHostPage(url, {
    markup: '<form id="Baton"><input name="q"></form><img name="title" alt="" src="data:,">',
  });
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(host.url);
  const chat = chatOn(page);
  await chat.open();
  await chat.say('How long does delivery take?');
  await expect(chat.saidBy('Assistant').last()).toContainText('nine days');
  await page.evaluate(() => window.Baton?.('close'));
  await expect(chat.panel).toBeHidden();
  expect(errors).toEqual([]);
});
