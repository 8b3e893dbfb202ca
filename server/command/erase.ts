import { openChatwootEraser } from '../desks/chatwoot/chatwoot-eraser.ts';
import type { DeskEraser, DeskThread } from '../desks/desk.ts';
import { RelayError } from '../errors.ts';
import { silent } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Store } from '../stores/store.ts';
import type { Command } from './command.ts';
import { findConversations } from './find-conversations.ts';
import { openBeside } from './open-beside.ts';

export const erase: Command = {
  usage: 'erase WHO',
  about: 'erases a conversation or visitor for good, here and at Chatwoot, and says what is left',
  async run([who = ''], { env, now, say }) {
    await using beside = await openBeside(env);
    const { config, store } = beside;
    const { url, account, token } = config.desk;
    const settings = { get: store.setting, list: store.settings };
    await using eraser = await openChatwootEraser({ url, account, token, settings, log: silent });
    for (const id of await findConversations(beside, who)) {
      const { removed, left } = await eraseConversation({ store, eraser, now }, id);
      say(`Erased here: conversation ${shortName(id)}.`);
      say(`Erased at Chatwoot: ${removed.length > 0 ? removed.join(', ') : 'nothing was there'}.`);
      for (const one of left) say(`Left: ${one}.`);
    }
    const isPurged = await purge(store, () => say('Waiting for a backup, or whoever else reads the database, to end.'));
    if (!isPurged) {
      say('Left: copies of words in baton.db-wal, because the database is still being read (a backup?).');
      say('A running relay takes them out once that has ended; or erase again.');
    }
    say('Not reached: backups made before, what agents were told by e-mail, what a bot of yours has kept.');
    say('Chatwoot deletes in the background: it may take it a minute.');
  },
};

/** Who reads the database is waited for so long, and looked at so often, in milliseconds. */
const patienceMs = 120_000;
const everyMs = 500;

/**
 * Words that are gone from the database are still in its log while somebody reads it as it was before.
 * @param waits is told once, where that is so
 * @returns whether no copy is left
 */
export async function purge(store: Pick<Store, 'purge'>, waits: () => void, tries = patienceMs / everyMs) {
  for (let one = 0; one < tries; one += 1) {
    if (await store.purge()) return true;
    if (one === 0) waits();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return false;
}

interface Parts {
  store: Store;
  eraser: DeskEraser;
  now(): number;
}

const mostTries = 10;

/**
 * First at the desk: were it away, nobody here would know any more what is to be deleted there. A relay may be running,
 * and this conversation change meanwhile: then it begins anew.
 */
export async function eraseConversation({ store, eraser, now }: Parts, id: string) {
  const removed = new Set<string>();
  let left: string[] = [];
  const atDesk = async (threads: DeskThread[], isErasedHere: boolean) => {
    const erased = await eraser.erase(threads);
    if (erased.result === 'away' && isErasedHere) {
      const numbers = threads.flatMap(({ ref }) => (ref ? [ref['number']] : [])).join(', ');
      left.push(
        `what arrived at Chatwoot in the last moment, if anything did: it could not be asked again (${erased.why}); look at conversation ${numbers} there`,
      );
      return;
    }
    if (erased.result === 'away') {
      throw new RelayError(`Chatwoot could not be asked (${erased.why}), so nothing was erased here yet`, {
        remedy: 'try again once it answers: what is gone already does no harm',
      });
    }
    for (const one of erased.removed) removed.add(one);
    left = [...new Set([...left, ...erased.left])];
  };
  for (let tries = 0; tries < mostTries; tries += 1) {
    // Before its threads: whatever it begins after this makes the commit stale.
    const found = await store.conversation(id);
    const threads = await store.threads(id);
    await atDesk(threads, false);
    const { version, marks } = found ?? {};
    const result =
      version === undefined || marks === undefined
        ? 'ok'
        : await store.commit(id, version, { at: now(), marks, remove: true });
    if (result !== 'ok') continue;
    // What the relay was just sending there may have arrived in between.
    await atDesk(threads, true);
    return { removed: [...removed], left };
  }
  throw new RelayError('the conversation changes all the time, so it was not erased here', {
    remedy: 'try again, or stop the relay for a moment',
  });
}
