import type { Person } from '../../shared/message.ts';
import { Mark } from './Mark.tsx';

/** Where the baton is: with the assistant, reaching out, held out short of a person, or with them. */
export type At = 'bot' | 'asked' | 'waiting' | 'agent';

/** The pass. It says nothing that the words beside it do not say. */
export function Pass({ at, agent }: { at: At; agent: Person | null }) {
  return (
    <div class="pass" data-at={at} aria-hidden="true">
      <Mark who={{ kind: 'bot' }} />
      <span class="track" />
      <Mark who={agent ? { kind: 'agent', ...agent } : { kind: 'seat' }} />
    </div>
  );
}
