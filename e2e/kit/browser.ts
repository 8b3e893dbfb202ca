import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base, type Locator, type Page } from '@playwright/test';
import { type Agent, openAgent } from './agent.ts';
import { openStage, type Program, type Stage } from './processes.ts';

/** A relay and a desk of the test's own, and one of the people who answer there. */
export interface Baton {
  readonly stage: Stage;
  /** The demo page's address, and so the relay's. */
  readonly url: string;
  /** Over the desk's API. */
  readonly mara: Agent;
  /** The relay that runs now; a test that starts another one puts it here. */
  relay: Program;
}

/** Playwright's test, with a whole Baton for each. */
export const test = base.extend<{ deskArgs: string[]; relayEnv: Record<string, string>; baton: Baton }>({
  /** How the sandbox is started. */
  deskArgs: [[], { option: true }],
  /** What the relay finds in its environment. */
  relayEnv: [{}, { option: true }],
  baton: async ({ deskArgs, relayEnv }, use) => {
    await using stage = await openStage();
    await stage.startSandbox(deskArgs);
    const relay = await stage.startRelay(relayEnv);
    await use({ stage, relay, url: stage.relayUrl, mara: openAgent(stage.sandboxUrl) });
  },
});

/** The words a visitor sees, by which the parts of the widget are found: whole names, one list a language. */
export const names = {
  en: {
    open: 'Open chat',
    close: 'Close chat',
    message: 'Message',
    send: 'Send',
    talk: 'Talk to a person',
    cancel: 'Cancel',
    back: 'Back to the assistant',
    finish: 'Finish…',
    end: 'End the chat',
    assistant: 'Assistant',
    you: 'You',
    waiting: 'Waiting for a person',
    whoAnswers: 'Who answers',
    /** Answered with a list. */
    question: 'Which shade fits?',
  },
  ar: {
    open: 'افتح المحادثة',
    close: 'أغلق المحادثة',
    message: 'رسالة',
    send: 'إرسال',
    talk: 'التحدث إلى موظف',
    cancel: 'إلغاء',
    back: 'العودة إلى المساعد',
    finish: 'إنهاء…',
    end: 'إنهاء المحادثة',
    assistant: 'المساعد',
    you: 'أنت',
    waiting: 'بانتظار موظف',
    whoAnswers: 'من يجيب',
    question: 'أي غطاء يناسب مصباحي؟',
  },
} as const;

/** The widget on a page, as a visitor finds it. */
export interface Chat {
  readonly page: Page;
  launcher: Locator;
  panel: Locator;
  log: Locator;
  message: Locator;
  /** All that was said, one article each, named by its author. */
  said: Locator;
  saidBy(author: string): Locator;
  /** The line under the head, not what is announced of it. */
  weather(text: string): Locator;
  /** A button of the panel, by its whole name. */
  button(name: string): Locator;
  /** Has everything fetched that the panel needs, and leaves the chat closed. */
  prepare(): Promise<void>;
  open(): Promise<void>;
  say(text: string): Promise<void>;
}

export function chatOn(page: Page, language: keyof typeof names = 'en'): Chat {
  const words = names[language];
  const panel = page.getByRole('dialog');
  const log = panel.getByRole('log');
  const launcher = page.getByRole('button', { name: words.open, exact: true });
  const message = panel.getByRole('textbox', { name: words.message, exact: true });
  const button = (name: string) => panel.getByRole('button', { name, exact: true });
  return {
    page,
    launcher,
    panel,
    log,
    message,
    button,
    said: log.getByRole('article'),
    // After the author come the team and the time.
    weather: (text) => panel.getByText(text).and(page.locator(':not([role=status])')),
    saidBy: (author) => log.getByRole('article', { name: new RegExp(`^${author}, `) }),
    async prepare() {
      const parts = ['panel', language, 'transcript', 'cards'].map(async (part) => {
        const response = await page.waitForResponse((one) => new URL(one.url()).pathname === `/widget/${part}.js`);
        await response.finished();
      });
      await Promise.all([...parts, launcher.hover()]);
    },
    async open() {
      await launcher.click();
      await message.waitFor();
    },
    async say(text) {
      await message.fill(text);
      await button(words.send).click();
    },
  };
}

/** A page of somebody's own site. */
interface HostPage extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/**
 * Serves a page with our tag and next to nothing else, on a port of its own.
 * @param policy its content policy; a page that has one shows no icon, for that would have to be allowed, too
 * @param language what the tag asks for
 * @param markup stands before the tag
 */
export async function serveHostPage(
  relay: string,
  { policy, language, markup = '' }: { policy?: string; language?: string; markup?: string } = {},
): Promise<HostPage> {
  const icon = policy ? '' : '<link rel="icon" href="data:,">';
  const wish = language ? ` data-language="${language}"` : '';
  const server = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html; charset=utf-8');
    if (policy) res.setHeader('content-security-policy', policy);
    res.end(`<!doctype html>
      <html lang="en">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        ${icon}
        <title>A shop</title>
        <main><h1>Lamps</h1>${markup}</main>
        <script async src="${relay}/widget.js" data-site="demo"${wish}></script>
      </html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has this kind of address.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The agent's page, as somebody at the desk finds it. */
interface Desk {
  page: Page;
  log: Locator;
  /** What was said and noted, one article each. */
  said: Locator;
  /** The line of the bar that says number, status and whose it is. */
  about: Locator;
  /** A button of the conversation, by its whole name. */
  button(name: string): Locator;
  /** Opens the conversation whose entry in the list shows all of these. */
  choose(...shown: string[]): Promise<void>;
  reply(text: string): Promise<void>;
  note(text: string): Promise<void>;
}

export async function openDesk(page: Page, address: string): Promise<Desk> {
  await page.goto(address);
  const log = page.getByRole('log');
  const button = (name: string) => page.getByRole('main').getByRole('button', { name, exact: true });
  const entries = page.getByRole('navigation', { name: 'Conversations' }).getByRole('link');
  return {
    page,
    log,
    said: log.getByRole('article'),
    about: page.getByRole('main').getByText(/^\d+, /),
    button,
    async choose(...shown) {
      await shown.reduce((found, text) => found.filter({ hasText: text }), entries).click();
    },
    async reply(text) {
      await page.getByRole('textbox', { name: 'Reply', exact: true }).fill(text);
      await button('Reply').click();
    },
    async note(text) {
      await button('Private note').click();
      await page.getByRole('textbox', { name: 'Private note', exact: true }).fill(text);
      await button('Save note').click();
      await button('Private note').click();
    },
  };
}
