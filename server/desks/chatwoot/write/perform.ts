import type { DeskTask, Outcome } from '../../desk.ts';
import { changeIn, isOver } from '../../steps.ts';
import { begin, began, findBySource } from './begin.ts';
import { whileAllowed } from '../http/api.ts';
import { readConversation, readRange } from '../http/calls.ts';
import { createEarlier, isEarlier } from './earlier.ts';
import { attributesOf, clearFailure, changeThread, isDescribed } from './ownership.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { stateIn } from '../read/people.ts';
import { look } from './look.ts';
import { anotherConversation, outcomeOf, stillUnknown } from './outcome.ts';
import { findRating, rate } from './rate.ts';
import { findBefore, laneOf, write } from './write-message.ts';
import type { Teams } from '../teams.ts';
import { isAnother } from '../read/state.ts';
import { isFailure } from '../http/answer.ts';

/** Carries out steps, and finds out about those in doubt. */
interface Performer {
  perform(task: DeskTask): Promise<Outcome>;
  reconcile(task: DeskTask): Promise<Outcome>;
}

export function createPerformer(shared: Shared, teams: Teams): Performer {
  const parts = { ...shared, teams, earlier: createEarlier(shared) };
  const reconcileMs = shared.options.reconcileMs ?? 20_000;

  /** Where a task is to be carried out; what becomes of it where it cannot be now. */
  function whereTo(task: DeskTask): { provisioned: Provisioned; number: number } | Outcome {
    const provisioned = shared.provisioned();
    const { ref, home } = task.thread;
    if (home !== shared.home()) return { result: 'refused', why: 'the thread is at another desk', gone: true };
    if (!provisioned) return { result: 'unsent', why: 'the desk is not set up yet' };
    if (task.op.kind === 'begin') return { provisioned, number: 0 };
    const number = Number(ref?.['number']);
    return ref ? { provisioned, number } : { result: 'unsent', why: 'the thread is not at the desk yet' };
  }

  /** A desk restored from a backup may have given the number away: looked at once a thread, and after each absence. */
  async function verify(task: DeskTask, provisioned: Provisioned, number: number): Promise<Outcome | undefined> {
    const { source } = task.thread;
    if (shared.verified.has(source)) return undefined;
    const read = await readConversation(shared.api, number, laneOf(task));
    if (!read.ok) return outcomeOf(read);
    if (isAnother(read.body, provisioned, task)) return anotherConversation;
    shared.verified.add(source);
    return undefined;
  }

  /** Whether it happened, with what is known of it. */
  async function findOut(task: DeskTask, provisioned: Provisioned, number: number): Promise<Outcome | 'absent'> {
    const { op } = task;
    switch (op.kind) {
      case 'begin': {
        const found = await findBySource(shared, provisioned, task.thread.source);
        if (!found.ok) return stillUnknown(found);
        return found.body ? began(found.body) : 'absent';
      }
      case 'say':
      case 'note': {
        const found = await findBefore(parts, task, number);
        if (!found.ok) return found.gone ? { result: 'refused', why: found.why, gone: true } : stillUnknown(found);
        return found.body === undefined ? 'absent' : { result: 'done', deskId: found.body };
      }
      case 'look': {
        const looked = await look(shared, provisioned, teams, op);
        return looked.result === 'unsent' ? { ...looked, result: 'unknown' } : looked;
      }
      case 'rate':
        return findRating(shared, task, op, number);
      case 'clearFailure': {
        const rows = await readRange(shared.api, number, op.deskId, op.deskId + 1);
        if (!rows.ok) return stillUnknown(rows);
        return rows.body[0]?.status === 'failed' ? 'absent' : { result: 'done' };
      }
      case 'change': {
        const step = changeIn(op);
        if (step.step === 'check') return changeThread(shared, provisioned, teams, task, step, number);
        const read = await readConversation(shared.api, number);
        if (!read.ok) return read.gone ? { result: 'refused', why: read.why, gone: true } : stillUnknown(read);
        if (isAnother(read.body, provisioned, task)) return anotherConversation;
        const known = await stateIn(shared, provisioned, read.body);
        if (!known.ok) return stillUnknown(known);
        const state = known.body;
        const there = { result: 'done', state } as const;
        if (isOver(step, state.status)) return there;
        const { assignee, team } = read.body.meta;
        if (step.step === 'clear') return assignee || team ? 'absent' : there;
        if (step.step === 'open') return state.status === 'open' ? there : 'absent';
        if (step.step === 'pending') return state.status === 'pending' ? there : 'absent';
        if (step.step === 'resolve') return state.status === 'resolved' ? there : 'absent';
        if (step.step === 'assign' || step.step === 'prefer')
          return state.assignee?.key === step.agent.key ? there : 'absent';
        if (step.step === 'describe') {
          const now = read.body.custom_attributes ?? {};
          return isDescribed(now, attributesOf(step.attributes)) ? there : 'absent';
        }
        const wanted = await teams.find(step.team);
        if (isFailure(wanted)) return stillUnknown(wanted);
        return wanted && team?.id !== wanted.id ? 'absent' : there;
      }
    }
  }

  return {
    async perform(task) {
      const ready = whereTo(task);
      if ('result' in ready) return ready;
      const { provisioned, number } = ready;
      const own = { ...parts, api: whileAllowed(shared.api, task.mayLeave) };
      switch (task.op.kind) {
        case 'begin': {
          const outcome = await begin(own, provisioned, task);
          if (outcome.result === 'done') shared.verified.add(task.thread.source);
          return outcome;
        }
        case 'say':
        case 'note':
          return (await verify(task, provisioned, number)) ?? write(own, provisioned, task, number);
        case 'rate':
          return (await verify(task, provisioned, number)) ?? rate(own, provisioned, task, task.op, number);
        case 'clearFailure':
          return clearFailure(own, number, task.op.deskId);
        case 'look':
          return look(shared, provisioned, teams, task.op);
        case 'change':
          return changeThread(own, provisioned, teams, task, changeIn(task.op), number);
      }
    },
    async reconcile(task) {
      const ready = whereTo(task);
      if ('result' in ready) return ready.result === 'unsent' ? { ...ready, result: 'unknown' } : ready;
      const found = await findOut(task, ready.provisioned, ready.number);
      if (found !== 'absent') return found;
      if (isEarlier(task)) return { result: 'unsent', why: 'no older copy of this file wrote it', retryAfterMs: 0 };
      // The desk keeps to one: should the request of before still arrive, it finds the one that there is.
      if (task.op.kind === 'begin' && ready.provisioned.single)
        return { result: 'unsent', why: 'the thread was not made', retryAfterMs: 0 };
      const since = shared.now() - (task.sentAt ?? 0);
      if (since < reconcileMs)
        return {
          result: 'unknown',
          why: 'it is not there, and may still be on its way',
          knownInMs: reconcileMs - since,
        };
      return { result: 'unsent', why: 'it never arrived' };
    },
  };
}
