import { onTestFinished } from 'vitest';
import type { Link } from '../link.ts';
import { createChat } from '../state/chat.ts';
import type { Saved } from '../state/saved.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import type { FakeRelay } from './fake-relay.ts';
import { createBrowser } from './fake-storage.ts';

/**
 * A tab with the chat open: everything but what is drawn.
 * @param wrap what stands between the chat and its link
 */
export async function visit(
  relay: FakeRelay,
  browser = createBrowser(),
  clock: Pick<ReturnType<typeof createFakeClock>, 'now' | 'after' | 'pass'> = createFakeClock(),
  wrap = (link: Link, _saved: Saved) => link,
) {
  const link = relay.openLink();
  const saved = browser.openTab();
  let isFrozen = false;
  const chat = createChat({
    link: wrap(link, saved),
    saved,
    clock: { now: clock.now, after: (ms, run) => clock.after(ms, () => !isFrozen && run()) },
    language: 'en',
    page: () => ({ url: 'https://shop.example/', title: 'Shop' }),
  });
  let isGone = false;
  /** The page goes. */
  function close() {
    if (isGone) return;
    isGone = true;
    chat.close();
    saved.close();
  }
  // All tabs of all tests listen to one window.
  onTestFinished(close);
  chat.connect();
  await settle();
  return {
    chat,
    link,
    saved,
    browser,
    clock,
    texts: () => chat.events.value.flatMap((event) => (event.kind === 'message' ? [event.message.text] : [])),
    asked: (name: string) => link.asked.filter((it) => it.name === name),
    /** The texts that were sent, each time they were. */
    sent: () =>
      link.asked.flatMap(({ name, body }) => (name === 'message:send' ? [(body as { text: string }).text] : [])),
    /** Its timers run no more, and those that were due meanwhile are lost; or they run again. */
    freeze: (now = true) => void (isFrozen = now),
    close,
  };
}
export type Tab = Awaited<ReturnType<typeof visit>>;
