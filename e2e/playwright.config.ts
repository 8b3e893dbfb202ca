import { defineConfig } from '@playwright/test';

/** A browser that is there already; `npm test` finds one and names it. Without a name Playwright looks for its own. */
const executablePath = process.env['CHROMIUM'];
/** Chromium refuses to sandbox itself for root, as in a container. */
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  // Pictures are for people to look at, and taken on demand.
  testIgnore: process.env['SCREENS'] ? [] : 'screens.spec.ts',
  outputDir: '../test-results',
  reporter: 'list',
  // Each test starts a relay and a desk of its own; more at once only makes all of them slow.
  workers: 2,
  fullyParallel: true,
  // A shared machine may stand still for seconds; what needed a second try is reported as flaky.
  retries: 1,
  forbidOnly: process.env['CI'] !== undefined,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: isRoot ? ['--no-sandbox'] : [],
    },
  },
});
