/** What the relay tells about a conversation on its demo pages. */
interface DemoState {
  agentPage: string | null;
  conversations: {
    phase: string;
    owner: string;
    epoch: number;
    team: string | null;
    seq: number;
    sockets: number;
    outbox: number;
  }[];
}

const everyMs = 1_000;

/** Shows who has the conversation that moved last, as the relay sees it, while somebody is looking. */
export function showState(): void {
  const list = document.querySelector('[data-state]');
  const link = document.querySelector<HTMLAnchorElement>('.strip-link');
  async function refresh() {
    if (document.visibilityState === 'visible') {
      try {
        const response = await fetch('/demo/state');
        const state = (await response.json()) as DemoState;
        if (link && state.agentPage) link.href = state.agentPage;
        list?.replaceChildren(...rows(state));
      } catch {
        list?.replaceChildren(row('relay', 'not reachable'));
      }
    }
    setTimeout(() => void refresh(), everyMs);
  }
  void refresh();
}

function rows({ conversations: [latest] }: DemoState): Element[] {
  if (!latest) return [row('conversation', 'none yet')];
  const { phase, owner, team, epoch, seq, sockets, outbox } = latest;
  return [
    row('phase', phase),
    row('owner', owner),
    row('team', team ?? 'none'),
    row('epoch', String(epoch)),
    row('seq', String(seq)),
    row('sockets', String(sockets)),
    row('outbox', String(outbox)),
  ];
}

function row(name: string, value: string): Element {
  const term = document.createElement('dt');
  const detail = document.createElement('dd');
  term.textContent = name;
  detail.textContent = value;
  const div = document.createElement('div');
  div.append(term, detail);
  return div;
}
