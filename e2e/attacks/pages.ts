import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from '@playwright/test';
import type { Row } from '../kit/rows.ts';
import type { World } from './world.ts';

/* Rows that need a browser: the local Chromium, which scripts/trial.mjs finds. */

let browser: Promise<Browser> | undefined;

const executablePath = process.env['CHROMIUM'];

export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

interface Visit {
  page: Page;
  /** Addresses that were asked for, the relay's and the page's own left out. */
  foreign: string[];
  /** What the page threw. */
  errors: string[];
  /** How often one of the payloads ran. */
  ran(): number;
}

interface Host {
  /** The page as it stands before the tag. */
  before?: string;
  site?: string;
  policy?: string;
  /** The name under which the page is opened; all of them lead to this machine. */
  name?: string;
  /** No tag of ours. */
  bare?: boolean;
}

/** A row that opens a page of somebody's site with our tag in it. */
export function inBrowser(
  id: string,
  tried: string,
  { before = '', site = 'demo', policy, name = '127.0.0.1', bare = false }: Host,
  look: (world: World, visit: Visit) => ReturnType<Row<World>['try']>,
): Row<World> {
  return {
    id,
    tried,
    async try(world) {
      if (!executablePath) return { verdict: 'skipped', figure: 'there is no Chromium here: set CHROMIUM to one' };
      browser ??= chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
      const server = createServer((_req, res) => {
        res.setHeader('content-type', 'text/html; charset=utf-8');
        if (policy) res.setHeader('content-security-policy', policy.replaceAll('RELAY', world.url));
        const tag = bare ? '' : `<script async src="${world.url}/widget.js" data-site="${site}"></script>`;
        res.end(
          `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>A shop</title><body>${before.replaceAll('RELAY', world.url)}${tag}</body></html>`,
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://${name}:${(server.address() as AddressInfo).port}`;
      const context = await (await browser).newContext({ locale: 'en-GB' });
      try {
        const page = await context.newPage();
        page.setDefaultTimeout(10_000);
        // What is evaluated in the page was compiled for here, and names its functions by a helper.
        await page.addInitScript('globalThis.__name = (named) => named');
        const foreign: string[] = [];
        const errors: string[] = [];
        let ran = 0;
        await page.exposeFunction('payloadRan', () => void (ran += 1));
        const own = [url, world.url].map((each) => new URL(each).host);
        page.on('request', (asked) => {
          const to = new URL(asked.url());
          if (to.protocol.startsWith('http') && !own.includes(to.host)) foreign.push(asked.url());
        });
        page.on('pageerror', (error) => errors.push(error.message));
        page.on('dialog', (dialog) => {
          ran += 1;
          void dialog.dismiss();
        });
        await page.goto(`${url}/?site=evil&wr_site=evil&baton=evil`);
        return await look(world, { page, foreign, errors, ran: () => ran });
      } finally {
        await context.close();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Opens the chat and waits until one can write. */
export async function openChat(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open chat', exact: true }).click();
  await page.getByRole('dialog').getByRole('textbox').first().waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole('dialog').getByRole('textbox').first();
  await field.fill(text);
  await field.press('Enter');
}

/** Waits until the visitor sees a text, and returns all that is shown. */
export async function shown(page: Page, text: string): Promise<string> {
  const log = page.getByRole('dialog').getByRole('log');
  await log.getByText(text).first().waitFor();
  return log.innerText();
}
