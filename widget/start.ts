import { hostName, makeHost, makeLauncher, set } from './host.ts';
import { readOptions, storageKey } from './options.ts';
import type { PanelModule, Seated } from './seat.ts';
import { launcherName, launcherWords } from './text/launcher.ts';

/*
 * What the script tag does. It draws the launcher and waits: nothing else is fetched, stored or connected until the visitor
 * reaches for the launcher, the page calls Baton('open'), or this browser holds a conversation already.
 */

/** The page's side: `Baton('open')`. A page that cannot wait for us queues: `Baton = (...c) => (Baton.q ??= []).push(c)`. */
interface PageApi {
  (command: 'open' | 'close' | 'remove'): void;
  q?: ['open' | 'close' | 'remove'][];
}
declare global {
  interface Window {
    Baton?: PageApi;
  }
}

/**
 * @param script the tag
 * @param bring fetches a module by its address
 */
export function start(script: HTMLScriptElement, bring: (address: string) => Promise<unknown>): void {
  const options = readOptions(script);
  // Routers that swap the body run the tag again; ours is still there.
  if (!options || document.querySelector(hostName)) return;
  const words = launcherWords[options.language];
  const seat = { options, ...makeHost(options), launcher: makeLauncher(options.label) };
  const { launcher } = seat;
  const name = launcherName(options.label, words.open);
  const face = [...launcher.childNodes];
  const show = (name: string, ...shown: (Node | string)[]) => {
    launcher.replaceChildren(...shown);
    set(launcher, { 'aria-label': name });
  };
  show(name, ...face);
  seat.corner.append(launcher);

  let tries = 0;
  let panel: Promise<PanelModule> | undefined;
  let seated: Promise<Seated> | undefined;

  const fetchPanel = () =>
    (panel ??= (async () => {
      const at = (name: string) =>
        // Some browsers remember a module that failed to load: another address is another try.
        bring(`${options.relay}widget/${name}.js${tries ? `?${tries}` : ''}`) as Promise<PanelModule>;
      if (options.language !== 'en') at(options.language).catch(() => {}); // the panel asks for it next
      return at('panel');
    })());
  const sitDown = () => (seated ??= fetchPanel().then((module) => module.sitDown(seat)));

  /** @param wanted the visitor waits for it, so a failure is theirs to know */
  async function load(what: () => Promise<unknown>, wanted?: boolean) {
    if (wanted && !seated) show(name, ...face);
    launcher.toggleAttribute('data-busy', !!wanted);
    try {
      await what();
    } catch {
      tries++;
      panel = seated = undefined;
      if (wanted) show(words.failed, words.failed);
    }
    launcher.toggleAttribute('data-busy', false);
  }
  const open = (byHand: boolean) => load(async () => (await sitDown()).open(byHand), true);

  // A finger enters, too, when it touches.
  launcher.addEventListener('pointerenter', () => void load(fetchPanel));
  launcher.addEventListener('focus', () => void load(fetchPanel));
  launcher.addEventListener('click', () => void open(true));

  const obey: PageApi = (command) => {
    if (command === 'open') void open(false);
    else {
      // Should it not load, that was told where it was wanted; nothing is thrown into the page.
      seated?.then((it) => it[command]()).catch(() => {});
      if (command === 'remove') seat.host.remove();
    }
  };
  // An element of the page's with this id is found under the name, too.
  const queue: unknown = window.Baton?.q;
  window.Baton = obey;
  if (Array.isArray(queue)) for (const call of queue) obey(call?.[0]);

  let live = null;
  try {
    live = localStorage.getItem(storageKey(options));
  } catch {
    // Storage is refused here, so nothing is kept either.
  }
  if (live) (window.requestIdleCallback ?? setTimeout)(() => void load(sitDown));
}
