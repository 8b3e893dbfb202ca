import { randomBytes } from 'node:crypto';
import type { DeskOp, Intent } from './desk.ts';
import { change } from './steps.ts';

/*
 * The order is the point. A handover clears what is left of the one before, else setting the same team again tells
 * nobody; the note and the attributes are there before anybody is told; the thread is opened before the team is set,
 * because a person who is picked while it is pending is told nothing.
 */

type Step = DeskOp extends infer Op ? (Op extends { key: string } ? Omit<Op, 'key'> : never) : never;

/** What is to be done at a desk of these steps, in order. Pure but for the keys. */
export function plan(intent: Intent, newKey: () => string = randomKey): DeskOp[] {
  return steps(intent).map((step) => ({ key: newKey(), ...step }));
}

function steps(intent: Intent): Step[] {
  switch (intent.do) {
    case 'begin':
      return [{ kind: 'begin', step: 'begin' }];
    case 'say':
      return [{ kind: 'say', step: 'say', message: intent.message }];
    case 'handOver':
      return [
        change({ step: 'clear', unlessTaken: true }),
        ...(Object.keys(intent.attributes).length > 0
          ? [change({ step: 'describe', attributes: intent.attributes })]
          : []),
        note(intent.note),
        change({ step: 'open' }),
        // Before the team is set: whoever has it then and is in the team keeps it.
        ...(intent.person ? [change({ step: 'prefer', agent: intent.person })] : []),
        ...(intent.team === null
          ? []
          : [change({ step: 'team', team: intent.team, ...(intent.person ? { person: intent.person.key } : {}) })]),
        change({ step: 'check' }),
      ];
    case 'look':
      return [{ kind: 'look', step: 'look', wish: intent.wish, teams: intent.teams, person: intent.person }];
    case 'describe':
      return [change({ step: 'describe', attributes: intent.attributes })];
    case 'remark':
      return [note(intent.note, { remark: true })];
    case 'rate':
      return [
        note(intent.note, { remark: true }),
        { kind: 'rate', step: 'rate', stars: intent.stars, note: intent.note },
      ];
    case 'call':
      return [note(intent.note, { mention: { team: intent.team } })];
    case 'assign':
      return [
        change({ step: 'open', ...(intent.evenResolved ? { evenResolved: true } : {}) }),
        change({ step: 'assign', agent: intent.agent }),
      ];
    case 'takeBack':
      return [note(intent.note), change({ step: 'clear' }), change({ step: 'pending' })];
    case 'close':
      return [note(intent.note, { closes: true }), change({ step: 'resolve' })];
    case 'clearFailure':
      return [{ kind: 'clearFailure', step: 'heal', deskId: intent.deskId }];
  }
}

type Note = Extract<Step, { kind: 'note' }>;

const note = (text: string, more: Pick<Note, 'mention' | 'remark' | 'closes'> = {}): Note => ({
  kind: 'note',
  step: 'note',
  note: text,
  ...more,
});

/** 24 characters, random: never a counter, which a restored backup would repeat. */
function randomKey(): string {
  return randomBytes(18).toString('base64url');
}
