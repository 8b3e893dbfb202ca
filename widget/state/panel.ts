import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { type Clock, drawnMs } from '../clock.ts';
import type { Chat } from './chat.ts';
import type { Saved } from './saved.ts';

/** The chat stays connected this long after it was closed, when nobody is awaited. */
const lingerMs = 5 * 60_000;

/** Whether the panel is open, what of the conversation was seen, and how long the page stays connected. */
export function createPanel({ chat, saved, clock }: { chat: Chat; saved: Saved; clock: Clock }) {
  const kept = saved.read();
  const isOpen = signal(kept?.isOpen ?? false);
  /** It is open because it was when the page went. */
  const isBack = signal(isOpen.peek());
  /** The visitor opened it by hand, so that focus goes where they write. */
  const isByHand = signal(false);
  const isVisible = signal(document.visibilityState === 'visible');
  const seen = signal(kept?.seen ?? 0);
  const draft = signal(kept?.draft ?? saved.readDraft());
  /** How many messages were new when the chat was last opened. */
  const missed = signal(0);
  const unread = computed(
    () =>
      chat.events.value.filter(
        (event) =>
          event.kind === 'message' &&
          event.seq > seen.value &&
          event.message.author.kind !== 'visitor' &&
          !event.message.deleted,
      ).length,
  );

  const look = effect(() => {
    const last = chat.events.value.length;
    if (isOpen.value && isVisible.value && last > seen.peek()) {
      seen.value = last;
      saved.update((now) => ({ ...now, seen: Math.max(now.seen, last) }));
    }
  });

  /** Whose events were seen; another log begins with none. */
  let seenLog = kept?.log ?? null;
  const follow = effect(() => {
    const log = chat.log.value;
    if (log === null || log === seenLog) return;
    if (seenLog !== null) seen.value = 0;
    seenLog = log;
  });
  // What was read in another tab is read.
  saved.onChange((now) => {
    if (now?.log === seenLog) seen.value = Math.max(seen.peek(), now?.seen ?? 0);
  });

  /** Nobody must miss what was asked for. */
  const isAwaiting = computed(
    () =>
      !['bot', 'async', 'ending', 'closed'].includes(chat.handoff.value.phase) || chat.outbox.waiting.value.length > 0,
  );
  let callOff: (() => void) | undefined;
  const stay = effect(() => {
    callOff?.();
    // The field to write in comes first.
    if (isOpen.value) callOff = clock.after(drawnMs, () => chat.connect());
    else if (!isAwaiting.value) callOff = clock.after(lingerMs, () => chat.disconnect());
  });

  function keep() {
    saved.update((now) => ({
      ...now,
      isOpen: isOpen.value,
      draft: draft.value,
      seen: Math.max(now.seen, seen.value),
    }));
  }
  /** The page may be going. What was written before the first send lives as long as this tab, outside the item. */
  function keepAll() {
    keep();
    saved.keepDraft(saved.read() === null ? draft.peek() : '');
  }
  // The first send on this page makes the item; from then on the item says whether the chat is open. An item that another
  // tab made is left as it is.
  const begin = effect(() => {
    if (chat.outbox.added.value > 0) untracked(keep);
  });
  const onVisibility = () => {
    isVisible.value = document.visibilityState === 'visible';
    if (!isVisible.value) keepAll();
  };
  // The page may sleep in the browser's back/forward cache, where a connection must not be open.
  const onHide = () => {
    keepAll();
    chat.disconnect();
  };
  const onShow = (event: PageTransitionEvent) => {
    if (event.persisted && (isOpen.value || saved.read() !== null)) chat.connect();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', onHide);
  addEventListener('pageshow', onShow);

  // A conversation lives here: an answer may have come while no page was looking.
  if (kept !== null) chat.connect();

  return {
    isOpen,
    isBack,
    isByHand,
    unread,
    missed,
    draft,
    open(byHand: boolean) {
      batch(() => {
        missed.value = unread.peek();
        isByHand.value = byHand;
        isOpen.value = true;
      });
      keep();
    },
    close() {
      batch(() => {
        isByHand.value = true;
        isBack.value = false;
        isOpen.value = false;
      });
      keep();
    },
    dispose() {
      look();
      follow();
      stay();
      begin();
      callOff?.();
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('pagehide', onHide);
      removeEventListener('pageshow', onShow);
    },
  };
}
export type PanelState = ReturnType<typeof createPanel>;
