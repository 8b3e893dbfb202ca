import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { RelayError } from '../errors.ts';
import type { Store } from '../stores/store.ts';
import type { Command } from './command.ts';
import { findConversations } from './find-conversations.ts';
import { openBeside } from './open-beside.ts';
import { readConversation } from './read-conversation.ts';

export const exportAll: Command = {
  usage: 'export WHO FILE',
  about: 'writes all that is kept of them, with every word, to a new file (JSON)',
  async run([who = '', name = ''], { env, folder, now, say }) {
    await using beside = await openBeside(env);
    const { store } = beside;
    const conversations = [];
    for (const id of await findConversations(beside, who)) conversations.push(await everythingOf(store, id));
    const file = resolve(folder, name);
    writePrivately(file, `${JSON.stringify({ exportedAt: iso(now()), conversations }, null, 2)}\n`);
    const words = conversations.reduce((sum, { events }) => sum + events.length, 0);
    say(`Exported to ${file}: ${words} events. It holds every word: keep it private.`);
  },
};

const iso = (at: number): string => new Date(at).toISOString();

/** In words that the person it is about may read. Nothing in it grants anything. */
async function everythingOf(store: Store, id: string) {
  const { conversation, events, threads } = await readConversation(store, id);
  const { site, visitor, createdAt, updatedAt, state } = conversation;
  return {
    conversation: id,
    visitor,
    site,
    begunAt: iso(createdAt),
    changedAt: iso(updatedAt),
    language: state.language,
    page: state.page,
    events,
    keptForTheBot: { context: state.bot.context, skills: state.bot.skills },
    notesForPeople: Object.values(state.notes).map(({ text, told, summary }) => ({ text, told, summary })),
    sessions: (await sessionsOf(store, id)).map(({ createdAt, expiresAt }) => ({
      begunAt: iso(createdAt),
      endsAt: iso(expiresAt),
    })),
    conversationsAtChatwoot: threads.flatMap(({ ref }) => ref?.['number'] ?? []),
  };
}

const pageSize = 1_000;

/** Looked for hardly ever: through all of them. */
async function sessionsOf(store: Store, id: string) {
  const found = [];
  for (let last = ''; ;) {
    const page = await store.sessions(last, pageSize);
    found.push(...page.filter(({ conversation }) => conversation === id));
    if (page.length < pageSize) return found;
    last = page.at(-1)?.hash ?? '';
  }
}

function writePrivately(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new RelayError(`${file} ${isThere ? 'is there already' : 'cannot be written'}`, {
      remedy: isThere ? 'choose another name, or move it away' : 'see that its folder exists and may be written',
      cause,
    });
  }
}
