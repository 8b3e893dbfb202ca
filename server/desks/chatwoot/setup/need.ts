import type { Log } from '../../../log.ts';
import type { Failure, Answer } from '../http/answer.ts';
import type { Api } from '../http/api.ts';
import type { Team } from '../http/shapes.ts';
import type { ChatwootOptions } from '../options.ts';
import type { SavedState } from './saved.ts';

/** What setting up changed in Chatwoot, for the one line that tells of it: ids there. */
export interface Changes {
  madeInbox?: number;
  addedAgents?: number[];
}

/** What setting up has in hand. */
export interface Setup {
  api: Api;
  options: ChatwootOptions;
  log: Log;
  memory: SavedState;
  /** Random, one for all that share the settings: another one in the inbox means that another relay uses it, too. */
  run: string;
  sawTeams: (teams: Team[]) => void;
  /** Filled in while setting up. */
  changes: Changes;
  /** The token's user. */
  user: { id: number; administrator: boolean };
}

/** The desk cannot be asked now; setting up begins again later. */
export class NotNow extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.why);
    this.failure = failure;
  }
}

/** @throws NotNow */
export function need<T>(answer: Answer<T>): T {
  if (answer.ok) return answer.body;
  throw new NotNow(answer);
}
