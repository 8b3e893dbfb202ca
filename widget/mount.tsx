import { effect, untracked } from '@preact/signals';
import { render } from 'preact';
import type { Phase } from '../shared/handoff.ts';
import type { Clock } from './clock.ts';
import { App } from './components/App.tsx';
import type { Link } from './link.ts';
import { createGuard } from './guard.ts';
import { watchKeys } from './keys.ts';
import { fetchLater } from './later.ts';
import type { MountedPanel, MountPoint } from './mount-point.ts';
import { readScheme } from './scheme.ts';
import { showRefusal } from './refused.ts';
import { createChat } from './state/chat.ts';
import { createPanel } from './state/panel.ts';
import type { Saved } from './state/saved.ts';
import { panelSheet } from './styles/panel-sheet.ts';
import { adoptStyles } from './styles/sheet.ts';
import { launcherName } from './text/launcher.ts';
import { loadWords } from './text/load.ts';
import { watchViewport } from './viewport.ts';

/** What is different on a page, in a test and in the gallery. */
export interface Parts {
  link: Link;
  saved: Saved;
  clock: Clock;
}

/** Draws the panel and the launcher's badge on the place that the loader made, and keeps both up to date. */
export async function mount(point: MountPoint, { link, saved, clock }: Parts): Promise<MountedPanel> {
  const { options, host, root, corner, launcher } = point;
  const words = await loadWords(options.language, point.words);
  const chat = createChat({ link, saved, clock, language: options.language, page: thisPage });
  const panel = createPanel({ chat, saved, clock });
  // Each measures something, and the second changes what it measures: this way round nothing is laid out twice.
  const guard = createGuard(corner, clock, launcher);
  const viewport = watchViewport(corner);
  adoptStyles(root, panelSheet);
  const transcript = fetchLater(async () => (await import('./transcript.ts')).transcript, { root, clock });
  const cards = fetchLater(async () => (await import('./cards.ts')).cards, { root, clock });

  const place = document.createElement('div');
  place.className = 'place';
  corner.append(place);
  const badge = document.createElement('span');
  badge.className = 'badge';
  badge.setAttribute('aria-hidden', 'true');
  launcher.append(badge);

  /** Who has the baton, as the launcher's glyph shows it. */
  const holders: Partial<Record<Phase, string>> = {
    asking: 'out',
    transferring: 'out',
    waiting: 'out',
    human: 'agent',
  };
  const isAccentChosen = host.style.getPropertyValue('--accent') !== '';
  function readPage() {
    if (!options.scheme) host.dataset.scheme = readScheme(host);
  }
  const ends = [
    effect(() => {
      const count = panel.unread.value;
      badge.textContent = String(count);
      badge.hidden = count === 0;
      const name = count === 0 ? words.openChat : `${words.openChat}, ${words.newMessages(count)}`;
      launcher.setAttribute('aria-label', launcherName(options.label, name));
    }),
    effect(() => void (launcher.dataset.at = holders[chat.handoff.value.phase] ?? 'bot')),
    effect(() => {
      const isOpen = panel.isOpen.value;
      const isFull = viewport.isFull.value;
      const isClosing = !isOpen && launcher.hidden;
      if (isOpen) {
        // Both before anything is changed, for the browser works out the styles for them.
        const isByKeys = launcher.matches(':focus-visible');
        readPage();
        // Pressed by a key: they go on by keys.
        if (isByKeys) corner.dataset.keys = '';
      }
      corner.toggleAttribute('data-open', isOpen);
      launcher.hidden = isOpen;
      if (isClosing) guard.lower();
      const app = (
        <App
          {...{ chat, panel, saved, clock, words, isFull }}
          transcript={transcript.part.value}
          cards={cards.part.value}
          relay={options.relay}
          onAppear={guard.raise}
        />
      );
      if (place.isConnected) untracked(() => render(isOpen && app, place));
      if (isClosing && panel.isByHand.peek()) launcher.focus();
    }),
    effect(() => {
      if (chat.trouble.value !== 'forbidden') return;
      render(null, place);
      showRefusal(corner, options.site);
    }),
    effect(() => {
      const accent = chat.site.value?.accent;
      if (accent && !isAccentChosen) host.style.setProperty('--accent', accent);
    }),
    followScheme(readPage),
    () => render(null, place),
    watchKeys(corner),
    guard.close,
    transcript.close,
    cards.close,
    viewport.close,
    panel.dispose,
    chat.close,
    saved.close,
  ];
  return {
    open: panel.open,
    close: panel.close,
    remove() {
      for (const end of ends) end();
    },
  };
}

/** What stands behind a page's path, tokens and addresses among it, is nobody's business. */
const thisPage = () => ({
  url: (location.origin + location.pathname).slice(0, 2_000),
  // Markup with this name hides it.
  title: String(document.title).slice(0, 300),
});

function followScheme(changed: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  query.addEventListener('change', changed);
  return () => {
    query.removeEventListener('change', changed);
  };
}
