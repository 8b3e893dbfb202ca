import { randomBytes } from 'node:crypto';
import type { Store } from './stores/store.ts';

/**
 * A secret of ours that outlives the process: made once, kept with the conversations.
 * @param name the setting it is kept under
 */
export async function readSecret(store: Pick<Store, 'setOnce'>, name: string): Promise<Buffer> {
  return Buffer.from(await store.setOnce(name, randomBytes(32).toString('base64url')), 'base64url');
}
