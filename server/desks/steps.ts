import type { DeskAgent, DeskChange, DeskStatus } from './desk.ts';
import type { TeamName } from './team-name.ts';

/*
 * The steps of a desk whose threads have a status, an assignee and a team, as Chatwoot's have; the desk in memory
 * imitates them. A desk that works in another way has steps of its own. Rows of the database hold these names.
 */

/**
 * A change of a thread. `open`, `prefer`, `team`, `check` and `assign` leave a thread alone that somebody has resolved meanwhile:
 * they are done, and their state says `resolved`.
 */
type Change =
  /**
   * Nobody assigned, no team: else a second handoff tells nobody. Reads first. With `unlessTaken` a person who has it
   * open is left alone; without (a return), a person who is only assigned loses it.
   */
  | { step: 'clear'; unlessTaken?: true }
  | { step: 'describe'; attributes: Record<string, string> }
  /** Never reports `taken`: the person who is there needs it open, too. */
  | { step: 'open'; evenResolved?: true }
  /** The person who is asked for first gets it, where nobody else has it. */
  | { step: 'prefer'; agent: DeskAgent }
  /** Reports `taken` rather than moving a thread away from the person who has it, but for the one who was asked for first. */
  | { step: 'team'; team: TeamName; person?: string }
  /** Reads back what became of it; a person picked by the desk who cannot be meant (the relay's own user) is nobody. */
  | { step: 'check' }
  /** Leaves a thread with the person who has it, and reports them as `taken`. */
  | { step: 'assign'; agent: DeskAgent }
  /** Reports `taken` where a person has spoken since the thread was read. */
  | { step: 'pending' }
  | { step: 'resolve' };

/** A step's name, as the database holds it. */
export type StepName = Change['step'] | 'begin' | 'say' | 'note' | 'heal' | 'look' | 'rate';

/** A change as it is saved: the step, and what the core goes by. */
export type ChangeOp = { key: string } & DeskChange & Change;

/** The change behind an operation of that kind. */
export const changeIn = (op: { key: string; step: string } & DeskChange): ChangeOp => op as ChangeOp; // `plan` wrote it

/** A change with what the core goes by. */
export function change<C extends Change>(step: C): C & DeskChange {
  const place = placeInHandoff(step);
  return {
    ...step,
    kind: 'change',
    ...(step.step === 'describe' ? {} : { ownership: true }),
    ...(place === undefined ? {} : { handoff: place }),
  };
}

function placeInHandoff(step: Change): DeskChange['handoff'] {
  if (step.step === 'clear' && step.unlessTaken) return 'begins';
  if (step.step === 'open') return 'opens';
  return step.step === 'check' ? 'ends' : undefined;
}

/** Somebody has resolved it meanwhile: who is to have it is not a question any more, and it stays resolved. */
export function isOver(step: Change, status: DeskStatus): boolean {
  if (status !== 'resolved') return false;
  if (step.step === 'open') return !step.evenResolved;
  return ['prefer', 'team', 'check', 'assign'].includes(step.step);
}
