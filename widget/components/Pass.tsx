import { Mark } from './Mark.tsx';

/** Where the baton is: reaching out, held out short of whoever is awaited, or with a person. */
export type At = 'asked' | 'waiting' | 'agent';

/** The pass. It says nothing that the words below it do not say. */
export function Pass({ at, agent }: { at: At; agent: string | null }) {
  return (
    <div class="pass" data-at={at} aria-hidden="true">
      <Mark who={{ kind: 'bot' }} />
      <span class="track" />
      <Mark who={agent === null ? { kind: 'seat' } : { kind: 'agent', name: agent }} />
    </div>
  );
}
