import { batch, computed, effect, signal, untracked } from '@preact/signals';
import type { Clock } from '../clock.ts';
import type { Chat } from './chat.ts';
import type { Saved } from './saved.ts';

/** The chat stays connected this long after it was closed, when nobody is awaited. */
const lingerMs = 5 * 60_000;

/** Whether the panel is open, what of the conversation was seen, and how long the page stays connected. */
export function createPanel({ chat, saved, clock }: { chat: Chat; saved: Saved; clock: Clock }) {
  const kept = saved.read();
  const isOpen = signal(kept?.isOpen ?? false);
  /** The visitor opened it by hand, so that focus goes where they write. */
  const isByHand = signal(false);
  const isVisible = signal(document.visibilityState === 'visible');
  const seen = signal(kept?.seen ?? 0);
  const draft = signal(kept?.draft ?? '');
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

  /** Nobody must miss what was asked for. */
  const isAwaiting = computed(
    () => !['bot', 'ending'].includes(chat.handoff.value.phase) || chat.outbox.waiting.value.length > 0,
  );
  let callOff: (() => void) | undefined;
  const stay = effect(() => {
    callOff?.();
    if (!isOpen.value && !isAwaiting.value) callOff = clock.after(lingerMs, () => chat.disconnect());
    else if (isOpen.value) untracked(() => chat.connect());
  });

  function keep() {
    saved.update((now) => ({
      ...now,
      isOpen: isOpen.value,
      draft: draft.value,
      seen: Math.max(now.seen, seen.value),
    }));
  }
  // The first send makes the item; from then on it says whether the chat is open. What another tab sent is not ours to write.
  const begin = effect(() => {
    if (chat.outbox.added.value > 0) untracked(keep);
  });
  const onVisibility = () => {
    isVisible.value = document.visibilityState === 'visible';
    if (!isVisible.value) keep();
  };
  // The page may sleep in the browser's back/forward cache, where a connection must not be open.
  const onHide = () => {
    keep();
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
        isOpen.value = false;
      });
      keep();
    },
    dispose() {
      look();
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
