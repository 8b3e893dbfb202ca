import type { DeskAgent } from '../desks/desk.ts';
import type { HandoffEvent } from './handoff-event.ts';
import {
  connect,
  handedBack,
  ignores,
  type In,
  returned,
  take,
  type Then,
  toAsync,
  toBot,
  toEnding,
  toHold,
  toHuman,
  toWaiting,
} from './handoff-moves.ts';

/* The handoff while people have the visitor, or are to have them. */

export function fromTransferring(now: In<'transferring'>, event: HandoffEvent): Then {
  const giveUp = () =>
    toBot(now, 'failed', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'failed' }, { do: 'askBot' }]);
  const cancel = () =>
    toBot(now, 'cancelled', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'cancelled' }, { do: 'askBot' }]);
  return take(
    {
      handed: (e) =>
        toWaiting(now, now.wish, e.agent, e.agent ? 'assigned' : 'queued', e.agent ? [] : [{ do: 'call' }]),
      failed: giveUp,
      transferTooLong: giveUp,
      cancelled: cancel,
      back: cancel,
      ended: () =>
        toEnding(now, { by: 'visitor', agent: null }, [{ do: 'stopHandOver' }, { do: 'close', note: 'ended' }]),
      // A person is there already: what is left of the sequence would only take it from them again.
      spoke: (e) =>
        toHuman(now, now.wish, e.agent, 'joined', [{ do: 'stopHandOver' }, { do: 'assign', agent: e.agent }]),
      assigned: (e) => toWaiting(now, now.wish, e.agent, 'assigned', [{ do: 'stopHandOver' }]),
      opened: (e) => (e.agent ? toWaiting(now, now.wish, e.agent, 'assigned', [{ do: 'stopHandOver' }]) : undefined),
      resolved: () => toEnding(now, { by: 'agent', agent: null }, [{ do: 'stopHandOver' }]),
      returned: () => toBot(now, 'returned', [{ do: 'stopHandOver' }, { do: 'askBot' }]),
      handedBack: (e) => toBot(now, 'returned', [{ do: 'stopHandOver' }, ...handedBack(e.words)]),
      gone: () => toBot(now, 'deskGone', [{ do: 'newRound' }, { do: 'askBot' }]),
      ...ignores('asked', 'chose', 'wrote', 'keptWaiting', 'left', 'botClosed', 'rated'),
      // Put off before it was handed over: the steps that are under way open it again.
      ...ignores('unassigned', 'putOff', 'rerouted', 'typed', 'askedTooLong', 'waitedTooLong', 'ratingOver'),
    },
    event,
  );
}

export function fromWaiting(now: In<'waiting'>, event: HandoffEvent): Then {
  const assigned = (agent: DeskAgent) =>
    now.agent?.key === agent.key ? undefined : toWaiting(now, now.wish, agent, 'assigned', []);
  const cancel = () =>
    toBot(now, 'cancelled', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'cancelled' }, { do: 'askBot' }]);
  return take(
    {
      handed: (e) => (e.agent ? assigned(e.agent) : undefined),
      assigned: (e) => assigned(e.agent),
      opened: (e) => (e.agent ? assigned(e.agent) : undefined),
      unassigned: () => (now.agent ? toWaiting(now, now.wish, null, 'released', []) : undefined),
      // Another team: its time begins now.
      rerouted: () =>
        now.agent
          ? { now: { ...now }, because: 'rerouted', effects: [] }
          : toWaiting(now, now.wish, null, 'rerouted', []),
      spoke: (e) => toHuman(now, now.wish, e.agent, 'joined', []),
      typed: (e) => (now.agent?.key === e.agent.key ? toHuman(now, now.wish, now.agent, 'joined', []) : undefined),
      putOff: (e) => toHold(now, now.wish, now.agent, e.until),
      // Who is assigned will come; that nobody was free is not so.
      waitedTooLong: (e) =>
        now.agent || now.tooLong !== undefined
          ? undefined
          : { now: { ...now, tooLong: e.ms }, because: 'waitedTooLong', effects: [] },
      keptWaiting: () =>
        now.tooLong === undefined ? undefined : toWaiting(now, now.wish, now.agent, 'keptWaiting', []),
      left: (e) => toAsync(now, now.wish, { byMail: e.byMail, opensAt: null }, []),
      cancelled: cancel,
      back: cancel,
      ended: () => toEnding(now, { by: 'visitor', agent: now.agent }, [{ do: 'close', note: 'ended' }]),
      resolved: () => toEnding(now, { by: 'agent', agent: now.agent }, []),
      returned: () => toBot(now, 'returned', returned),
      handedBack: (e) => toBot(now, 'returned', handedBack(e.words)),
      gone: () => toBot(now, 'deskGone', returned),
      ...ignores('asked', 'chose', 'wrote', 'failed', 'botClosed', 'rated'),
      ...ignores('askedTooLong', 'transferTooLong', 'ratingOver'),
    },
    event,
  );
}

export function fromHuman(now: In<'human'>, event: HandoffEvent): Then {
  return take(
    {
      spoke: (e) => (now.agent.key === e.agent.key ? undefined : toHuman(now, now.wish, e.agent, 'joined', [])),
      assigned: (e) => (now.agent.key === e.agent.key ? undefined : toHuman(now, now.wish, e.agent, 'passedOn', [])),
      unassigned: () => toWaiting(now, now.wish, null, 'released', []),
      rerouted: () => ({ now: { ...now }, because: 'rerouted', effects: [] }),
      putOff: (e) => toHold(now, now.wish, now.agent, e.until),
      ...leaving(now, now.agent),
      // The person was quicker: Cancel came too late, and "Finish…" is there.
      ...ignores('asked', 'chose', 'wrote', 'cancelled', 'keptWaiting', 'left', 'botClosed', 'rated'),
      ...ignores('handed', 'failed', 'typed', 'opened'),
      ...ignores('askedTooLong', 'transferTooLong', 'waitedTooLong', 'ratingOver'),
    },
    event,
  );
}

export function fromHold(now: In<'hold'>, event: HandoffEvent): Then {
  const { wish, agent } = now;
  return take(
    {
      spoke: (e) => toHuman(now, wish, e.agent, 'joined', []),
      // Who had it has it again; a word of the visitor's wakes it, too.
      opened: (e) => {
        if (e.agent && e.agent.key === agent?.key) return toHuman(now, wish, agent, 'reopened', []);
        return toWaiting(now, wish, e.agent, e.agent ? 'assigned' : 'queued', []);
      },
      assigned: (e) =>
        agent?.key === e.agent.key
          ? undefined
          : { ...toHold(now, wish, e.agent, now.until), because: agent ? 'passedOn' : 'assigned' },
      unassigned: () => (agent ? { ...toHold(now, wish, null, now.until), because: 'released' } : undefined),
      rerouted: () => ({ now: { ...now }, because: 'rerouted', effects: [] }),
      putOff: (e) => (e.until === now.until ? undefined : toHold(now, wish, agent, e.until)),
      ...leaving(now, agent),
      ...ignores('asked', 'chose', 'wrote', 'cancelled', 'keptWaiting', 'left', 'botClosed', 'rated'),
      ...ignores('handed', 'failed', 'typed', 'askedTooLong', 'transferTooLong', 'waitedTooLong', 'ratingOver'),
    },
    event,
  );
}

export function fromAsync(now: In<'async'>, event: HandoffEvent): Then {
  const { wish } = now;
  return take(
    {
      // The desk has it; those who are to read it are told.
      handed: (e) => (e.agent ? undefined : { now, effects: [{ do: 'call' }] }),
      failed: () =>
        toBot(now, 'failed', [{ do: 'stopHandOver' }, { do: 'takeBack', note: 'failed' }, { do: 'askBot' }]),
      // Before the handoff is through, nobody has been given the thread.
      spoke: (e) =>
        toHuman(
          now,
          wish,
          e.agent,
          'joined',
          e.isEarly ? [{ do: 'stopHandOver' }, { do: 'assign', agent: e.agent }] : [],
        ),
      // The visitor waits for somebody after all.
      asked: () => connect(now, wish),
      keptWaiting: () => connect(now, wish),
      left: (e) => (e.byMail && !now.byMail ? toAsync(now, wish, { ...now, byMail: true }, []) : undefined),
      rerouted: () => ({ now: { ...now }, because: 'rerouted', effects: [] }),
      ...leaving(now, null),
      // The message stays with people; the bot goes on elsewhere.
      back: () => toBot(now, 'back', [{ do: 'newRound' }, { do: 'newSession' }]),
      ...ignores(
        'chose',
        'wrote',
        'cancelled',
        'assigned',
        'unassigned',
        'putOff',
        'typed',
        'opened',
        'botClosed',
        'rated',
      ),
      ...ignores('askedTooLong', 'transferTooLong', 'waitedTooLong', 'ratingOver'),
    },
    event,
  );
}

/** The ways from people, once they have it. */
function leaving(now: In<'human' | 'hold' | 'async'>, agent: DeskAgent | null) {
  type Ends = Extract<HandoffEvent, { kind: 'resolved' | 'ended' }>;
  // Where nobody has it, there is nobody to be rated.
  const rates = ({ mayRate }: Ends) => mayRate && agent !== null;
  return {
    back: () => toBot(now, 'back', [{ do: 'close', note: 'back' }, ...returned]),
    ended: (e: Ends) => toEnding(now, { by: 'visitor', agent, mayRate: rates(e) }, [{ do: 'close', note: 'ended' }]),
    resolved: (e: Ends) => toEnding(now, { by: 'agent', agent, mayRate: rates(e) }, []),
    returned: () => toBot(now, 'returned', returned),
    handedBack: (e: Extract<HandoffEvent, { kind: 'handedBack' }>) => toBot(now, 'returned', handedBack(e.words)),
    gone: () => toBot(now, 'deskGone', returned),
  };
}
