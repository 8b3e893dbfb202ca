import { changeConversation, createConversation, removeConversations } from './conversations.ts';
import { must, type Desk } from './desk.ts';
import { addActivity, addMessage, updateMessage } from './messages.ts';
import type { Listener, News } from './news.ts';
import type { State } from './state.ts';
import type { Switches } from './switches.ts';
import { newToken } from './values.ts';

/** A person counts as there for so long after their websocket was last heard. */
const presenceMs = 20_000;

export function createDesk(
  state: State,
  switches: Switches,
  { now, baseUrl }: { now: () => number; baseUrl: () => string },
): Desk {
  const listeners: Listener[] = [];
  const overhearers: Listener[] = [];
  const lastHeard = new Map<number, number>();
  const jobs: (() => void)[] = [];
  let untold: News[] = [];

  const desk: Desk = {
    state,
    switches,
    now,
    baseUrl,
    account: () => must(state.all('account')[0]),
    statusOf(user) {
      const there = !user.auto_offline || now() - (lastHeard.get(user.id) ?? -Infinity) < presenceMs;
      return there ? user.availability : 'offline';
    },
    heard: (user) => void lastHeard.set(user.id, now()),
    current: (conversation) => must(state.get('conversation', conversation.id)),
    contactOf: (conversation) => must(state.get('contact', conversation.contact_id)),
    linkOf: (conversation) => must(state.get('contactInbox', conversation.contact_inbox_id)),
    unread(conversation) {
      const since = conversation.agent_last_seen_at ?? 0;
      const fresh = state
        .messagesOf(conversation.id)
        .filter((one) => one.message_type === 'incoming' && one.created_at > since);
      return Math.min(fresh.length, 10);
    },

    link(contact, inbox, sourceId) {
      const found = state.all('contactInbox').find((one) => one.inbox_id === inbox.id && one.source_id === sourceId);
      if (found) return found.contact_id === contact.id ? found : undefined;
      return state.put('contactInbox', {
        id: state.nextId('contactInbox'),
        contact_id: contact.id,
        inbox_id: inbox.id,
        source_id: sourceId,
        pubsub_token: newToken(),
        hmac_verified: false,
        created_at: now(),
        updated_at: now(),
      });
    },

    createConversation: (wanted, by) => createConversation(desk, wanted, by),
    change: (conversation, patch, by, how) => changeConversation(desk, conversation, patch, by, how),
    addMessage: (wanted, by) => addMessage(desk, wanted, by),
    addActivity: (conversation, content) => addActivity(desk, conversation, content),
    updateMessage: (message, patch, by) => updateMessage(desk, message, patch, by),
    removeConversations: (conversations) => removeConversations(desk, conversations),
    emit(news) {
      untold.push(news);
      if (!switches.quiet) for (const hear of overhearers) hear(news);
    },
    listen: (listener) => void listeners.push(listener),
    overhear: (listener) => void overhearers.push(listener),
    afterwards: (job) => void jobs.push(job),
    commit() {
      tellAll();
      for (const job of jobs.splice(0)) job();
      tellAll();
    },
  };

  function tellAll(): void {
    state.flush();
    const told = untold;
    untold = [];
    if (switches.quiet) return;
    for (const news of told) for (const listener of listeners) listener(news);
  }

  return desk;
}
