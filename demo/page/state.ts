/** What the relay tells the holder of a token about their conversation, on its demo pages. */
interface Own {
  phase: string;
  owner: string;
  epoch: number;
  team: string | null;
  agent: string | null;
  seq: number;
}
interface DemoState {
  agentPage: string | null;
  own?: Own | null;
}

const everyMs = 1_000;

/** What the widget keeps in this browser of the visitor's conversation; nothing before their first word. */
function kept(): { token?: string | null; outbox?: unknown[] } {
  const site = document.querySelector<HTMLScriptElement>('script[data-site]')?.dataset['site'] ?? '';
  try {
    // Browsers that keep nothing throw here already.
    const key = Object.keys(localStorage).find((name) => name.startsWith(`baton ${site} `));
    return (JSON.parse((key && localStorage.getItem(key)) ?? '{}') ?? {}) as ReturnType<typeof kept>;
  } catch {
    return {};
  }
}

/** Says above the page who answers this visitor, as the relay sees it, while somebody is looking. */
export function showState(): void {
  const now = document.querySelector('[data-now]');
  const list = document.querySelector('[data-state]');
  const link = document.querySelector<HTMLAnchorElement>('.strip-link');
  const glyph = document.querySelector('.glyph');

  async function refresh() {
    if (document.visibilityState === 'visible') {
      const { token, outbox = [] } = kept();
      try {
        const headers = token ? { authorization: `Bearer ${token}` } : undefined;
        const response = await fetch('/demo/state', headers && { headers });
        const { agentPage, own } = (await response.json()) as DemoState;
        if (link && agentPage) link.href = agentPage;
        if (now) now.textContent = sentence(own);
        glyph?.setAttribute('data-at', own?.owner ?? 'bot');
        list?.replaceChildren(
          ...(own ? [row('epoch', own.epoch), row('seq', own.seq), row('outbox', outbox.length)] : []),
        );
      } catch {
        if (now) now.textContent = 'The relay cannot be reached';
        list?.replaceChildren(row('outbox', outbox.length));
      }
    }
    setTimeout(() => void refresh(), everyMs);
  }
  void refresh();
}

function sentence(own: Own | null | undefined): string {
  if (!own) return 'You have not written yet';
  const team = own.team ?? 'a person';
  const first = own.agent?.split(' ')[0];
  switch (own.phase) {
    case 'bot':
      return 'The assistant answers you';
    case 'asking':
      return 'You are asked what it is about';
    case 'transferring':
      return `You are passed on to ${team}`;
    case 'waiting':
      return first ? `You wait for ${first}` : `You wait for ${team}`;
    case 'human':
      return `You talk with ${first}`;
    default:
      return 'This chat has ended';
  }
}

function row(name: string, value: number): Element {
  const term = document.createElement('dt');
  const detail = document.createElement('dd');
  term.textContent = name;
  detail.textContent = String(value);
  const div = document.createElement('div');
  div.append(term, detail);
  return div;
}
