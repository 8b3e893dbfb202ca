/*
 * A lock file made on one system may lack the native packages of another, and `npm ci` then fails there. This checks
 * that every optional platform package which anything in the lock file asks for is in it, for Linux, macOS and Windows.
 */
import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'));
const missing = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!/(linux|darwin|win32|windows)/.test(name)) continue;
    let folder = path;
    while (!lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) {
      if (!folder) {
        missing.push(`${name}, wanted by ${path || 'this package'}`);
        break;
      }
      folder = folder.includes('/node_modules/') ? folder.slice(0, folder.lastIndexOf('/node_modules/')) : '';
    }
  }
}
const addresses = Object.values(lock.packages).filter((entry) => entry.resolved?.startsWith('http'));
if (missing.length > 0) {
  console.error(`The lock file lacks native packages of other systems; make it anew:\n  ${missing.join('\n  ')}`);
  process.exit(1);
}
if (addresses.length > 0) {
  console.error('The lock file records download addresses of one network; remove them.');
  process.exit(1);
}
console.log('The lock file has the native packages of every system.');
