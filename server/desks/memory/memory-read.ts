import { readBotNote } from '../bot-note.ts';
import type { DeskEvent, DeskThread, Reading, ReadOptions, Words } from '../desk.ts';
import { stateOf, type MemoryMessage, type MemoryWorld } from './world.ts';

/** What a thread says since the cursor; rows younger than this leave the cursor where it is, milliseconds. */
const trailsMs = 60_000;

export function readThread(
  world: MemoryWorld,
  home: string,
  thread: DeskThread,
  ids: ReadonlySet<number>,
  { deep = false, early }: ReadOptions = {},
): Reading {
  if (world.away) return { result: 'away', why: 'the desk is away' };
  const found = world.threads.find(({ source }) => source === thread.source);
  if (!found || found.gone || thread.home !== home) return { result: 'gone' };
  found.readTo = found.messages.at(-1)?.id ?? 0;
  const newest = new Set(deep ? found.messages.slice(-50) : []);
  const wanted = found.messages.filter((one) => one.id > thread.cursor || ids.has(one.id) || newest.has(one));
  const old = found.messages.filter(({ at }) => at <= world.now() - trailsMs);
  const restored = (found.messages.at(-1)?.id ?? 0) < thread.cursor;
  const words: Words = {
    events: (restored ? found.messages : wanted).flatMap(eventOf),
    cursor: Math.max(restored ? 0 : thread.cursor, ...old.map(({ id }) => id)),
  };
  early?.(words);
  return { result: 'read', ...words, state: stateOf(found) };
}

/** What a message means to the visitor; nothing for a note. */
export function eventOf(message: MemoryMessage): DeskEvent[] {
  const { id, key, agent, text, files, at, failed } = message;
  if (message.deleted) return message.private ? [] : [{ kind: 'deleted', id, at }];
  if (key !== null) {
    const { by } = message;
    const isWord = !message.private && (by === 'visitor' || by === 'bot');
    return [{ kind: 'ours', id, key, failed, ...(isWord ? { word: { by, text, at } } : {}) }];
  }
  const words = message.private && agent ? readBotNote(text) : undefined;
  if (words !== undefined) return [{ kind: 'gaveBack', id, words, at }];
  if (message.private || (text === '' && files.length === 0)) return [];
  if (message.by === 'system') return [{ kind: 'system', id, text, at }];
  return agent ? [{ kind: 'said', id, agent, text, files, at, failed }] : [];
}
