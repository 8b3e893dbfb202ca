import { pageOfEvents } from '../../shared/limits.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Log } from '../log.ts';
import { shortName } from '../short-name.ts';
import type { Conversation, Store } from '../stores/store.ts';
import type { Audience } from './audience.ts';

/*
 * The log, as it grows, to the browsers that follow it: each of its events once and in order, whichever node has put it
 * there. What follows on what was sent goes at once; where something is between, or another node tells that there is
 * more, it is read.
 */

interface Feed {
  /** This node has put something into the log. */
  committed(id: string, conversation: Of, news: readonly LogEvent[]): void;
  /** Another has, up to this number. */
  behind(id: string, seq: number): void;
  /** Others may have put something into any of the logs that are followed: looks. */
  missed(): void;
}

type Of = Pick<Conversation, 'log' | 'site'>;

interface Parts {
  audience: Pick<Audience, 'sentTo' | 'sent' | 'followed'>;
  store: Pick<Store, 'conversation' | 'events' | 'heads'>;
  /** Sends one event to all who follow it. */
  send(id: string, conversation: Of, event: LogEvent): void;
  /** A page of the log ends after as much. */
  pageOfBytes: number;
  log: Log;
}

/** Conversations that are looked at with one question. */
const mostAtOnce = 1_000;

export function createFeed({ audience, store, send, pageOfBytes, log }: Parts): Feed {
  /** Being read, and whether there is more since. */
  const reading = new Map<string, { isMore: boolean }>();

  function sendAll(id: string, of: Of, events: readonly LogEvent[]) {
    for (const event of events) {
      const sentTo = audience.sentTo(id);
      if (sentTo === undefined || event.seq <= sentTo) continue;
      send(id, of, event);
      audience.sent(id, event.seq);
    }
  }

  async function readOn(id: string): Promise<void> {
    for (;;) {
      const after = audience.sentTo(id);
      if (after === undefined) return;
      const conversation = await store.conversation(id);
      if (!conversation || conversation.seq <= after) return;
      const page = await store.events(id, after, pageOfEvents, pageOfBytes);
      sendAll(id, conversation, page);
      if (page.length === 0 || page.at(-1)?.seq === conversation.seq) return;
    }
  }

  function read(id: string) {
    const before = reading.get(id);
    if (before) return void (before.isMore = true);
    const now = { isMore: false };
    reading.set(id, now);
    readOn(id).then(
      () => {
        reading.delete(id);
        if (now.isMore) read(id);
      },
      (error: unknown) => {
        reading.delete(id);
        // It is looked for again with the next news, or by itself.
        log.warn(
          { err: error, conversation: shortName(id) },
          'what another relay has put into a log cannot be read now',
        );
      },
    );
  }

  async function compare(ids: readonly string[]): Promise<void> {
    for (const { id, seq } of await store.heads(ids)) if (seq > (audience.sentTo(id) ?? Infinity)) read(id);
  }

  return {
    committed(id, conversation, news) {
      const sentTo = audience.sentTo(id);
      const [first] = news;
      if (sentTo === undefined || !first) return;
      if (first.seq > sentTo + 1 || reading.has(id)) read(id);
      else sendAll(id, conversation, news);
    },
    behind(id, seq) {
      if (seq > (audience.sentTo(id) ?? Infinity)) read(id);
    },
    missed() {
      const ids = audience.followed();
      for (let at = 0; at < ids.length; at += mostAtOnce) {
        compare(ids.slice(at, at + mostAtOnce)).catch((error: unknown) =>
          log.warn({ err: error }, 'what other relays have put into logs cannot be looked for now'),
        );
      }
    },
  };
}
