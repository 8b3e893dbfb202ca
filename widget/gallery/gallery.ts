import { drawnMs } from '../clock.ts';
import { makeHost } from '../host.ts';
import { mount } from '../mount.tsx';
import { pickLanguage } from '../options.ts';
import { openSaved } from '../state/saved.ts';
import type { Handoff } from '../../shared/handoff.ts';
import type { Choice } from '../../shared/message.ts';
import { createFakeRelay, type FakeRelay } from '../testing/fake-relay.ts';
import { words as en } from '../text/en.ts';
import { loadWords } from '../text/load.ts';
import type { Words } from '../text/words.ts';
import { launcherName, launcherWords } from '../text/launcher.ts';
import { inLanguage } from './languages.ts';
import { scenes, token } from './scenes.ts';
import '../transcript.ts'; // here at once, so that nothing is waited for

/*
 * Any screen of the widget by its address, without a relay: ?scene=waiting&language=ar&scheme=dark&accent=%23f5b301&text=32px.
 * With `&bot=Fen` the assistant has a name and a logo of the site's.
 * Time stands still, so that a picture is the same tomorrow. `document.title` is "ready" when everything is drawn.
 */

const chosen = new URLSearchParams(location.search);
const scene = scenes[chosen.get('scene') ?? ''];

/** What the page's clock shows; and nothing that only passes with time passes. */
let time = new Date(2026, 10, 19, 14, 55).getTime();
const clock = {
  now: () => new Date(2026, 10, 19, 14, 55).getTime(),
  after(ms: number, run: () => void) {
    if (ms <= Math.max(scene?.passed ?? 0, drawnMs)) queueMicrotask(run);
    return () => {};
  },
};
const at = (text: string, daysAgo = 0) => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  time = new Date(2026, 10, 19 - daysAgo, hours, minutes).getTime();
};
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

async function show(): Promise<void> {
  if (!scene) return list();
  if (scene.offline) Object.defineProperty(navigator, 'onLine', { get: () => false });
  const scheme = chosen.get('scheme');
  const language = pickLanguage([chosen.get('language') ?? undefined]);
  const options = {
    relay: `${location.origin}/`,
    site: 'demo',
    language,
    accent: chosen.get('accent') ?? undefined,
    label: scene.label && inLanguage(language, scene.label),
    scheme: scheme === 'dark' || scheme === 'light' ? scheme : undefined,
  } as const;
  if (scheme) document.documentElement.dataset['scheme'] = scheme;

  const t = (said: string) => inLanguage(options.language, said);
  const relay = speaking(
    createFakeRelay(() => time),
    t,
  );
  const bot = chosen.get('bot');
  if (bot) relay.site.bot = { name: t(bot), logo: 'widget/gallery/lamp.svg' };
  const stage = { relay, at };
  at('14:27');
  scene.before?.(stage);
  if (!scene.before) time = clock.now();

  localStorage.clear();
  const isKnown = relay.events().length > 0;
  if (isKnown) {
    const kept = { token, log: 'log-1', outbox: [], seen: 99, isOpen: false, draft: '', ...scene.kept };
    localStorage.setItem('gallery', JSON.stringify(kept));
  }
  const storage = () => {
    if (scene.refuses) throw new DOMException('refused');
    return localStorage;
  };
  const link = relay.openLink();
  if (scene.silent) link.swallow();
  const words = await loadWords(language);
  /** The word of this language for one of the English ones. */
  const wordFor = (english: string) => {
    const key = (Object.keys(en) as (keyof Words)[]).find((name) => en[name] === english);
    return key ? words[key] : t(english);
  };
  const made = makeHost(options, new Text(options.label ?? ''));
  const text = chosen.get('text');
  if (text) made.host.style.setProperty('--text', text);
  const { launcher } = made;
  launcher.setAttribute('aria-label', launcherName(options.label, launcherWords[options.language][0]));
  const panel = await mount(made, { link, saved: openSaved('gallery', storage, window, storage), clock });
  await settled();
  if (!scene.closed) panel.open(true);
  await settled();

  const find = <E extends Element>(selector: string) => made.root.querySelector<E>(selector);
  const write = (words: string) => {
    const field = find<HTMLTextAreaElement>('textarea');
    if (!field) return;
    field.value = words;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    find<HTMLFormElement>('form')?.requestSubmit();
  };
  /** An empty name scrolls to the top instead. */
  const press = async (name: string) => {
    const buttons = [...made.root.querySelectorAll('button')];
    if (name === '') find('.log')?.scrollTo(0, 0);
    else buttons.find((button) => button.textContent === wordFor(name))?.click();
    await settled();
  };
  await scene.then?.({ ...stage, link, write: (said) => write(t(said)), press });
  await settled();
  document.title = 'ready';
}

/** A relay whose people speak the visitor's language. */
function speaking(relay: FakeRelay, t: (text: string) => string): FakeRelay {
  const choice = ({ title, value }: Choice) => ({ title: t(title), value });
  const { site } = relay;
  site.name = t(site.name);
  site.intro = t(site.intro ?? '');
  site.greeting = t(site.greeting);
  site.suggestions = site.suggestions.map(choice);
  const ours = <T extends object>(given: T): T =>
    'team' in given && typeof given.team === 'string' ? { ...given, team: t(given.team) } : given;
  return {
    ...relay,
    say: (author, text, more = {}) =>
      relay.say(ours(author), t(text), { ...more, ...(more.choices && { choices: more.choices.map(choice) }) }),
    hand(handoff, because) {
      const topics = 'topics' in handoff && handoff.topics.map(({ id, label }) => ({ id, label: t(label) }));
      return relay.hand({ ...ours(handoff), ...(topics && { topics }) } as Handoff, because);
    },
    tell: (name, news) => relay.tell(name, 'author' in news ? { ...news, author: ours(news.author) } : news),
  };
}

function list(): void {
  const names = Object.keys(scenes);
  const links = names.map((name) => {
    const link = document.createElement('a');
    link.href = `?scene=${name}`;
    link.textContent = name;
    const item = document.createElement('li');
    item.append(link);
    return item;
  });
  document.querySelector('ul')?.append(...links);
  document.title = 'ready';
}

void show();
