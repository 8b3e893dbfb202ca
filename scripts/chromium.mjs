import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const macs = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * A Chromium for the browser journeys: `CHROMIUM`, one of the system's, or Playwright's own. As root on Debian, and in
 * CI, it is installed where it is missing; anywhere else we say what to install, and end.
 * @returns {string} its path
 */
export function findChromium() {
  if (process.env.CHROMIUM) {
    if (existsSync(process.env.CHROMIUM)) return process.env.CHROMIUM;
    fail(`CHROMIUM names ${process.env.CHROMIUM}, which is not there.`);
  }
  const found = look();
  if (found) return found;
  const mayInstall = process.platform === 'linux' && (process.getuid?.() === 0 || process.env.CI === 'true');
  if (mayInstall && existsSync('/usr/bin/apt-get')) {
    console.log('No Chromium is here; installing the system’s package …');
    const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
      const [command, ...rest] = [...sudo, 'apt-get', '-qq', ...args];
      spawnSync(command, rest, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
    const installed = look();
    if (installed) return installed;
  }
  return fail(
    process.platform === 'darwin'
      ? 'The browser journeys need a Chromium: install Google Chrome, or run `npx playwright install chromium`, or set CHROMIUM to one.'
      : 'The browser journeys need a Chromium: install the package `chromium` (sudo apt-get install chromium), or set CHROMIUM to one.',
  );
}

/** @returns {string | undefined} a Chromium that is there; nothing is installed */
export function lookForChromium() {
  return process.env.CHROMIUM && existsSync(process.env.CHROMIUM) ? process.env.CHROMIUM : look();
}

function look() {
  const folders = (process.env.PATH ?? '').split(':').filter(Boolean);
  const system = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...system, ...macs, ...playwrights()].find((path) => existsSync(path));
}

/** Where `npx playwright install` puts it. */
function playwrights() {
  const script = "process.stdout.write(require('@playwright/test').chromium.executablePath())";
  const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return stdout ? [stdout] : [];
}

/** @returns {never} */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
