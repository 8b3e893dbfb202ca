import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Where the sandbox keeps its file when `npm start` runs it beside the relay: in the relay's own folder. A sandbox of
 * another place would know inboxes that the relay's database does not, and take it for a stranger.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder where `npm start` runs
 * @returns {Promise<string>}
 */
export async function sandboxData(env, folder) {
  if (env.SANDBOX_DATA) return env.SANDBOX_DATA;
  const config = resolve(folder, env.BATON_CONFIG || 'baton.yaml');
  return join(resolve(dirname(config), env.DATA_DIR || (await inFile(config)) || 'data'), 'sandbox.db');
}

/** What the file says; the relay says what is wrong with it. */
async function inFile(config) {
  try {
    // only here, so that `npm start` can say that the packages are missing
    const { parse } = await import('yaml');
    const { data } = parse(readFileSync(config, 'utf8'));
    return typeof data === 'string' && !data.includes('${') ? data : undefined;
  } catch {
    return undefined;
  }
}
