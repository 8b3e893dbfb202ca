import { existsSync } from 'node:fs';

/**
 * Ends the program with one sentence where the packages are not there yet.
 * @param {string} name one that the program needs; with `npm ci --omit=dev` not all are there
 */
export function needPackages(name) {
  if (existsSync(new URL(`../node_modules/${name}`, import.meta.url))) return;
  console.error('The packages are not installed. Run `npm ci` first.');
  process.exit(1);
}
