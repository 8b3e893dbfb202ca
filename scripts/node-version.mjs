import { readFileSync } from 'node:fs';

/** Ends in one sentence where Node is older than package.json asks for. */
export function refuseOldNode(version = process.versions.node) {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const wanted = engines.node.replace('>=', '');
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  console.error(`This is Node ${version}; Baton needs ${wanted} or newer (https://nodejs.org).`);
  process.exit(1);
}
