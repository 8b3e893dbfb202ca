import type { Clock } from '../clock.ts';
import { createBeat, createQuestions, createTabChannel, type OpenChannel, type Word } from './tab-channel.ts';
import { createTabLock } from './tab-lock.ts';

export interface Meeting {
  name: string;
  clock: Clock;
  locks: Pick<LockManager, 'request'>;
  openChannel: OpenChannel;
  hear: (word: Word) => void;
  /** This tab has the lock. */
  lead: () => void;
  /** It has it no more, or cannot get it. */
  lost: () => void;
}

/** What a tab needs to find the others: the line to them, the lock, and who leads. */
export function meetTabs({ name, clock, locks, openChannel, hear, lead, lost }: Meeting) {
  const channel = createTabChannel(openChannel, hear);
  const lock = createTabLock({ locks, name, granted: lead, lost });
  const beat = createBeat(channel.say, clock, lock.take, lost);
  return {
    channel,
    lock,
    beat,
    questions: createQuestions(channel.say, clock),
    leave() {
      beat.end();
      lock.giveUp();
      channel.leave();
    },
  };
}
