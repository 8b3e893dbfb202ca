import type { Actor, Contact, Json } from './model.ts';
import type { Changed } from './rules.ts';

interface By {
  /** Who did it in this request; undefined for what Chatwoot does by itself. */
  by: Actor | undefined;
}

/** What happened, as the websocket names it. Deliveries use the same names with `_` for `.`, and only some of them. */
export type News =
  | (By & {
      event:
        | 'conversation.created'
        | 'conversation.contact_changed'
        | 'conversation.status_changed'
        | 'assignee.changed'
        | 'team.changed'
        | 'conversation.read';
      conversation: number;
    })
  | (By & { event: 'conversation.updated'; conversation: number; changed: Changed })
  | (By & { event: 'message.created' | 'first.reply.created'; message: number; echoId?: string })
  | (By & { event: 'message.updated'; message: number; previous: Json })
  | { event: 'conversation.typing_on' | 'conversation.typing_off'; conversation: number; by: Actor; isPrivate: boolean }
  | (By & { event: 'contact.created' | 'contact.updated' | 'contact.merged'; contact: number; changed?: Changed })
  | (By & { event: 'contact.deleted'; gone: Contact })
  | (By & { event: 'account.cache_invalidated' })
  /** The visitor opened the chat of Chatwoot's own widget. */
  | (By & { event: 'webwidget.triggered'; link: number; info: Json })
  | (By & { event: 'notification.created'; notification: number });

/** Somebody who wants to hear of it: the websocket, the deliveries. */
export type Listener = (news: News) => void;
