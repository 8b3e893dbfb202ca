import type { HandoffEvent } from '../conversation/handoff-event.ts';
import { next } from '../conversation/handoff.ts';
import type { HandoffState } from '../stores/conversation-state.ts';
import { assigned, away, events, jon, states, topics } from './handoff-table.ts';

/* The handoff's diagram, drawn from the machine itself, so that it cannot be wrong. */

/** What the arrows say. What changes no phase is not drawn. */
const words: Record<HandoffEvent['kind'], string> = {
  asked: 'a person is wanted',
  chose: 'chosen',
  wrote: 'the visitor writes',
  cancelled: 'cancelled',
  keptWaiting: 'waits on',
  left: 'leaves a message',
  handed: 'the desk has it',
  failed: 'failed',
  assigned: 'a person is assigned',
  unassigned: 'nobody is assigned any more',
  rerouted: 'another team has it',
  spoke: 'a person writes',
  typed: 'the assigned person types',
  resolved: 'resolved',
  returned: 'given back',
  opened: 'a person opens it',
  putOff: 'snoozed',
  back: 'back to the assistant',
  ended: 'the visitor ends it',
  handedBack: 'given back',
  botClosed: 'the bot is done',
  rated: 'rated',
  gone: 'the thread is gone',
  askedTooLong: 'not answered in time',
  transferTooLong: 'not taken in time',
  waitedTooLong: 'nobody was free for long',
  ratingOver: 'not rated in time',
};

/** Each state, and each event, in every shape that makes a difference. */
const from: readonly HandoffState[] = [...Object.values(states), assigned, { ...states.asking, away }];
const happens: readonly HandoffEvent[] = [
  ...Object.values(events),
  { ...events.asked, topics },
  { ...events.handed, agent: jon },
  { ...events.opened, agent: jon },
];

/** @returns Mermaid */
export function drawHandoff(): string {
  const arrows = new Map<string, Set<string>>();
  for (const state of from) {
    for (const event of happens) {
      const { phase } = next(state, event).now;
      if (phase === state.phase) continue;
      const arrow = `${state.phase} --> ${phase}`;
      arrows.set(arrow, (arrows.get(arrow) ?? new Set()).add(words[event.kind]));
    }
  }
  const lines = [...arrows].map(([arrow, why]) => `  ${arrow}: ${[...why].join(', ')}`);
  return ['stateDiagram-v2', '  [*] --> bot', ...lines, ''].join('\n');
}

const begin = '<!-- drawn from the machine by `npm run draw` -->';
const end = '<!-- drawn until here -->';

/** @returns the page with the diagram of today between its two marks */
export function withDiagram(page: string): string {
  const [before, rest = ''] = page.split(begin);
  const after = rest.split(end)[1];
  if (after === undefined) throw new Error('the page has no marks to draw between');
  return `${before}${begin}\n\n\`\`\`mermaid\n${drawHandoff()}\`\`\`\n\n${end}${after}`;
}
