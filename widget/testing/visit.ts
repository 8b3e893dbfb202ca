import { createChat } from '../state/chat.ts';
import { createFakeClock, settle } from './fake-clock.ts';
import type { FakeRelay } from './fake-relay.ts';
import { createBrowser } from './fake-storage.ts';

/** A tab with the chat open: everything but what is drawn. */
export async function visit(relay: FakeRelay, browser = createBrowser(), clock = createFakeClock()) {
  const link = relay.openLink();
  const saved = browser.openTab();
  const chat = createChat({
    link,
    saved,
    clock,
    language: 'en',
    page: () => ({ url: 'https://shop.example/', title: 'Shop' }),
  });
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
    /** The page goes. */
    close() {
      chat.close();
      saved.close();
    },
  };
}
export type Tab = Awaited<ReturnType<typeof visit>>;
