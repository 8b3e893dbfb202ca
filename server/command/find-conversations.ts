import { homesAt } from '../desks/chatwoot/chatwoot-eraser.ts';
import { RelayError } from '../errors.ts';
import { shortName } from '../short-name.ts';
import type { Beside } from './open-beside.ts';

const pageSize = 1_000;
/** A number at the desk, or the address of its page. */
const numberAtDesk = /^(?:https?:\/\/\S+\/conversations\/)?(\d{1,10})(?:[/?#]\S*)?$/;

/**
 * @param who a conversation's number at the desk or its page there, the short name that the log has for it, its id, or a
 *   visitor's id
 * @returns ids of conversations, at least one
 * @throws {RelayError} where nothing is kept under that name
 */
export async function findConversations({ config, store }: Beside, who: string): Promise<string[]> {
  const number = numberAtDesk.exec(who)?.[1];
  const found = number === undefined ? await byName(store, who) : await byNumber({ config, store }, Number(number));
  if (found.length > 0) return found;
  throw new RelayError(`nothing is kept under ${who}`, {
    remedy: 'write the conversation’s number at Chatwoot, the name that the log has for it, or the visitor’s id',
  });
}

async function byNumber({ config, store }: Pick<Beside, 'config' | 'store'>, number: number): Promise<string[]> {
  const { url, account } = config.desk;
  const homes = await homesAt({ url, account, list: store.settings });
  const threads = await Promise.all(homes.map(({ home }) => store.threadByNumber(home, number)));
  return [...new Set(threads.flatMap((thread) => thread?.conversation ?? []))];
}

/** Hardly ever asked for, so there is no index for it: all of them are looked at. */
async function byName(store: Beside['store'], name: string): Promise<string[]> {
  const found: string[] = [];
  for (let last = ''; ;) {
    const page = await store.list(last, pageSize);
    for (const { id, visitor } of page) if ([id, visitor, shortName(id)].includes(name)) found.push(id);
    if (page.length < pageSize) return found;
    last = page.at(-1)?.id ?? '';
  }
}
