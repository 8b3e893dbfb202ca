import { randomBytes } from 'node:crypto';
import type { DeskOp, Intent } from './desk.ts';

/*
 * The order is the point. A handover clears what is left of the one before, else setting the same team again tells
 * nobody; the note and the attributes are there before anybody is told; the thread is opened before the team is set,
 * for whoever is picked while it is pending is told nothing.
 */

type Step = DeskOp extends infer Op ? (Op extends { key: string } ? Omit<Op, 'key'> : never) : never;

/** What is to be done at a desk that works as the port assumes, in order. Pure but for the keys. */
export function plan(intent: Intent, newKey: () => string = randomKey): DeskOp[] {
  return steps(intent).map((step) => ({ key: newKey(), ...step }));
}

function steps(intent: Intent): Step[] {
  switch (intent.do) {
    case 'begin':
      return [{ step: 'begin' }];
    case 'say':
      return [{ step: 'say', message: intent.message }];
    case 'handOver':
      return [
        { step: 'clear', unlessTaken: true },
        ...(Object.keys(intent.attributes).length > 0
          ? [{ step: 'describe', attributes: intent.attributes } as const]
          : []),
        { step: 'note', note: intent.note },
        { step: 'open' },
        ...(intent.team === null ? [] : [{ step: 'team', team: intent.team } as const]),
        { step: 'check' },
      ];
    case 'remark':
      return [{ step: 'note', note: intent.note, remark: true }];
    case 'call':
      return [{ step: 'note', note: intent.note, mention: { team: intent.team } }];
    case 'assign':
      return [
        { step: 'open', ...(intent.evenResolved ? { evenResolved: true } : {}) },
        { step: 'assign', agent: intent.agent },
      ];
    case 'takeBack':
      return [{ step: 'note', note: intent.note }, { step: 'clear' }, { step: 'pending' }];
    case 'close':
      return [{ step: 'note', note: intent.note, closes: true }, { step: 'resolve' }];
    case 'heal':
      return [{ step: 'heal', deskId: intent.deskId }];
  }
}

/** 24 characters, random: never a counter, which a restored backup would repeat. */
function randomKey(): string {
  return randomBytes(18).toString('base64url');
}
