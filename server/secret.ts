import { randomBytes } from 'node:crypto';
import type { Store } from './stores/store.ts';

/**
 * A secret of ours that outlives the process: made once, kept with the conversations.
 * @param name the setting it is kept under
 */
export async function readSecret(store: Pick<Store, 'setting' | 'set'>, name: string): Promise<Buffer> {
  const known = await store.setting(name);
  if (known) return Buffer.from(known, 'base64url');
  const made = randomBytes(32);
  await store.set(name, made.toString('base64url'));
  return made;
}
