import { hostName, makeHost, makeLauncher, set, setPlace } from './host.ts';
import type { MountedPanel, MountPoint, PanelModule } from './mount-point.ts';
import { advise, type Place, readOptions, storageKey } from './options.ts';
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
  const words = launcherWords[options.language];
  const point: MountPoint = { options, ...makeHost(options), launcher: makeLauncher(options.label) };
  const { host, launcher } = point;
  const name = launcherName(options.label, words.open);
  const face = [...launcher.childNodes];
  const show = (name: string, ...shown: (Node | string)[]) => {
    launcher.replaceChildren(...shown);
    set(launcher, { 'aria-label': name });
  };
  show(name, ...face);
  point.corner.append(launcher);

  let tries = 0;
  let module: Promise<PanelModule> | undefined;
  let mounted: Promise<MountedPanel> | undefined;

  // Some browsers remember a module that failed to load: another address is another try.
  const fetchModule = (name: string) => bring(`${options.relay}widget/${name}.js${tries ? `?${tries}` : ''}`);
  const fetchPanel = () => {
    if (!module) {
      module = fetchModule('panel') as Promise<PanelModule>;
      // Whether it came is the panel's to see, for it asks for it next.
      (point.words = fetchModule(options.language) as Promise<WordsModule>).catch(() => {});
    }
    return module;
  };
  const mountPanel = () => (mounted ??= fetchPanel().then((it) => it.mountPanel(point)));

  /** @param wanted the visitor waits for it: they see at once that it was heard, and are told should it fail */
  async function load(what: () => Promise<unknown>, wanted?: boolean) {
    const setBusy = (isBusy: boolean) => wanted && launcher.toggleAttribute('data-busy', isBusy);
    if (wanted && !mounted) show(name, ...face);
    setBusy(true);
    try {
      await what();
    } catch {
      tries++;
      module = mounted = undefined;
      if (wanted) show(words.failed, words.failed);
    }
    setBusy(false);
  }
  const open = (byHand: boolean) => load(async () => (await mountPanel()).open(byHand), true);

  // A finger enters, too, when it touches.
  for (const event of ['pointerenter', 'focus']) launcher.addEventListener(event, () => void load(fetchPanel));
  launcher.addEventListener('click', () => void open(true));

  // Should the panel not load, that was told where it was wanted; nothing is thrown into the page.
  const tell = (command: 'close' | 'remove') => void mounted?.then((panel) => panel[command]()).catch(() => {});
  const commands: Record<string, (detail: Place) => void> = {
    open: () => void open(false),
    close: () => tell('close'),
    remove() {
      tell('remove');
      host.remove();
    },
    place: (place) => setPlace(point, place),
  };
  const names = Object.keys(commands);
  // A page may call what it likes.
  const obey = (command = '', detail?: unknown) => {
    if (!names.includes(command)) advise(`"${command}" is none of ${names}`);
    else if (host.isConnected) commands[command]?.(Object(detail));
  };
  // An element of the page's with this id is found under the name, too.
  const queue: unknown = window.Baton?.q;
  window.Baton = obey;
  if (Array.isArray(queue)) for (const call of queue) obey(call?.[0], call?.[1]);

  let live: string | null | undefined;
  try {
    live = localStorage.getItem(storageKey(options));
  } catch {
    // Storage is refused here, so nothing is kept either.
  }
  if (live) (window.requestIdleCallback ?? setTimeout)(() => void (host.isConnected && load(mountPanel)));
}
