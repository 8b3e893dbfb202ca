import { hostName, makeHost, setPlace } from './host.ts';
import type { MountedPanel, PanelModule } from './mount-point.ts';
import { oneOf, type Place, readOptions, storageKey } from './options.ts';
import type { WordsModule } from './text/load.ts';
import { launcherName, launcherWords } from './text/launcher.ts';

/*
 * What the script tag does. It draws the launcher and waits: nothing else is fetched, stored or connected until the visitor
 * reaches for the launcher, the page calls Baton('open'), or this browser holds a conversation already.
 */

/** The page's side: `Baton('open')`. A page that cannot wait for us queues: `Baton = (...c) => (Baton.q ??= []).push(c)`. */
type Call = ['open' | 'close' | 'remove'] | ['place', Place];
interface PageApi {
  (...call: Call): void;
  q?: Call[];
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
  // Routers that swap the body run the tag again; ours is still there.
  if (document.querySelector(hostName)) return;
  const options = readOptions(script);
  if (!options) return;
  const { language, label, relay } = options;
  const [openChat, failed] = launcherWords[language];
  const text = new Text();
  const point = makeHost(options, text);
  const { host, launcher } = point;
  /** At rest where nothing else is said. */
  const show = (name = launcherName(label, openChat), shown = label) => {
    text.data = shown ?? '';
    launcher.setAttribute('aria-label', name);
  };
  show();

  let tries = '';
  let mounted: Promise<MountedPanel> | undefined;

  const fetchModule = (name: string) => bring(`${relay}widget/${name}.js${tries}`);
  const fetchPanel = () => {
    const panel = fetchModule('panel') as Promise<PanelModule>;
    // Whether it came is the panel's to see, for it asks for it next.
    (point.words = fetchModule(language) as Promise<WordsModule>).catch(() => {});
    return panel;
  };
  const mountPanel = () => (mounted ??= fetchPanel().then((it) => it.mountPanel(point)));
  const forget = () => {
    // Some browsers remember a module that failed to load: another address is another try.
    tries += '?';
    mounted = undefined;
  };

  /** The visitor waits for it: they see at once that it was heard, and are told should it fail. */
  async function open(byHand: boolean) {
    if (!mounted) show();
    launcher.toggleAttribute('data-busy', true);
    try {
      (await mountPanel()).open(byHand);
    } catch {
      forget();
      show(failed, failed);
    }
    launcher.toggleAttribute('data-busy', false);
  }

  // A finger enters, too, when it touches.
  launcher.onpointerenter = launcher.onfocus = () => void fetchPanel().catch(forget);
  launcher.onclick = () => void open(true);

  // A page may call what it likes.
  const obey = (name?: string, detail?: unknown) => {
    const command = oneOf('command', name, ['open', 'close', 'place', 'remove']);
    if (!command || !host.isConnected) return;
    if (command === 'open') void open(false);
    else if (command === 'place') setPlace(point, Object(detail) as Place);
    else {
      // Should the panel not load, that was told where it was wanted; nothing is thrown into the page.
      mounted?.then((panel) => panel[command]()).catch(() => {});
      if (command === 'remove') host.remove();
    }
  };
  // An element of the page's with this id is found under the name, too.
  const queue: unknown = window.Baton?.q;
  window.Baton = obey as PageApi;
  if (Array.isArray(queue)) for (const call of queue) obey(call?.[0], call?.[1]);

  try {
    if (localStorage[storageKey(options)])
      (window.requestIdleCallback ?? setTimeout)(() => void (host.isConnected && mountPanel().catch(forget)));
  } catch {
    // Storage is refused here, so nothing is kept either.
  }
}
