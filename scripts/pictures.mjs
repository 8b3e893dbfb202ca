/*
 * `npm run pictures`: draws the README's picture anew, docs/baton.png and docs/baton-dark.png: a visitor with the
 * assistant, held out, and with Mara. It is the product itself, built, with baton.yaml, the sandbox desk and a browser.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from './build.mjs';
import { findChromium } from './chromium.mjs';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const panel = { width: 333, height: 530 };
const folder = mkdtempSync(join(tmpdir(), 'baton-pictures-'));
const programs = [];

/** Starts one program on a port of its own. @returns {Promise<string>} its address, no slash at the end */
async function start(file, env) {
  const program = spawn(process.execPath, [at(`dist/${file}`)], {
    cwd: at('.'),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(program);
  const [line] = await once(createInterface({ input: program.stdout }), 'line');
  return line.match(/http:\/\/[^/\s]+/)[0];
}

/** What Mara does, over the desk's API. */
function openMara(desk) {
  const call = async (method, path, body) => {
    const headers = { 'api-access-token': 'sandbox-mara', 'content-type': 'application/json' };
    const answer = await fetch(`${desk}/api/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return answer.json().catch(() => undefined);
  };
  const set = (availability) => call('POST', '/profile/availability', { profile: { account_id: 1, availability } });
  return {
    set,
    async open(status) {
      const { data } = await call('GET', `/accounts/1/conversations?status=${status}`);
      return data.payload[0];
    },
    say: (id, content) => call('POST', `/accounts/1/conversations/${id}/messages`, { content }),
    types: (id) => call('POST', `/accounts/1/conversations/${id}/toggle_typing_status`, { typing_status: 'on' }),
  };
}

/** Waits until something is so. */
async function until(isSo) {
  for (;;) {
    const found = await isSo();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One visitor's way; a picture where the three states are. */
async function take(browser, url, mara, scheme) {
  const context = await browser.newContext({
    viewport: panel,
    deviceScaleFactor: 2,
    colorScheme: scheme,
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(url);
  const chat = page.getByRole('dialog');
  const field = chat.getByRole('textbox', { name: 'Message', exact: true });
  const say = async (words) => {
    await field.fill(words);
    await field.press('Enter');
    await field.blur();
  };
  const shown = (words) => chat.getByText(words).last().waitFor();
  const shoot = async () => {
    await page.mouse.move(1, 1);
    // What moves has arrived.
    await page.evaluate(() => {
      const shadow = [...document.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot)?.shadowRoot;
      for (const animation of shadow?.getAnimations() ?? [])
        if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
    });
    return page.screenshot();
  };

  await page.getByRole('button', { name: 'Open chat', exact: true }).click();
  await field.waitFor();
  await say('Return a lamp');
  await shown('Which order is it?');
  await say('LF-2291');
  await shown('What is the reason?');
  const first = await shoot();

  await mara.set('offline');
  await chat
    .getByRole('button', { name: /^Talk to a person/ })
    .first()
    .click();
  await shown('Orders and returns knows you are here');
  const second = await shoot();

  const { id } = await until(() => mara.open('open'));
  await mara.set('online');
  await mara.say(
    id,
    'Hello, I am Mara. I have order **LF-2291** here: a Heron with a sage shade. What does yours look like?',
  );
  await shown('I am Mara');
  // The card of the one who took over folds after four seconds.
  await chat.getByText('answers from here').last().waitFor({ state: 'hidden' });
  await say('More of a moss green, quite dark.');
  await shown('More of a moss green');
  await mara.types(id);
  await shown('Mara is typing');
  const third = await shoot();
  await context.close();
  return [first, second, third];
}

const glyph = (x) =>
  `<svg viewBox="0 0 44 14"><rect width="14" height="14" rx="4"/><rect x="${x}" y="4.5" width="12" height="5" rx="2.5"/><circle cx="37" cy="7" r="7"/></svg>`;
const captions = [
  [12, 'The assistant answers'],
  [16, 'You ask, it holds the baton out'],
  [20, 'Mara takes it, and answers'],
];

/** The three of them side by side, on nothing, so that they stand on a light and on a dark page. */
async function compose(browser, pictures, scheme, file) {
  const page = await browser.newPage({ viewport: { width: 1080, height: 100 }, deviceScaleFactor: 2 });
  const figures = pictures.map(
    (picture, index) => `<figure><img src="data:image/png;base64,${picture.toString('base64')}">
      <figcaption>${glyph(captions[index][0])}${captions[index][1]}</figcaption></figure>`,
  );
  await page.setContent(`<style>
    body { display: grid; grid-template-columns: repeat(3, 1fr); gap: 20px; width: 1080px; box-sizing: border-box; margin: 0; padding: 20px;
      color: ${scheme === 'dark' ? '#7cc0a6' : '#17624f'}; font: 600 17px/1.3 -apple-system, "Segoe UI", Roboto, system-ui, sans-serif }
    figure { margin: 0 }
    img { display: block; width: 100%; border-radius: 20px; box-shadow: 0 0 0 1px rgb(128 128 128 / 0.3), 0 12px 28px -10px rgb(0 0 0 / 0.22) }
    figcaption { display: flex; align-items: center; gap: 12px; padding: 18px 4px 0 }
    svg { width: 44px; height: 14px; flex: none; fill: currentColor }
  </style>${figures.join('')}`);
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  await page.screenshot({ path: file, fullPage: true, omitBackground: true });
  await page.close();
}

build();
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  const desk = await start('sandbox/main.js', { SANDBOX_PORT: '0', SANDBOX_DATA: join(folder, 'sandbox.db') });
  const url = await start('server/main.js', { PORT: '0', DATA_DIR: folder, CHATWOOT_URL: desk, LOG_LEVEL: 'warn' });
  const mara = openMara(desk);
  for (const scheme of ['light', 'dark']) {
    const pictures = await take(browser, url, mara, scheme);
    await compose(browser, pictures, scheme, at(scheme === 'light' ? 'docs/baton.png' : 'docs/baton-dark.png'));
  }
  console.log('docs/baton.png, docs/baton-dark.png');
} finally {
  await browser.close();
  for (const program of programs) program.kill();
  await Promise.all(programs.map((program) => program.exitCode ?? once(program, 'exit')));
  rmSync(folder, { recursive: true, force: true });
}
