import type { Owner, Phase } from './handoff.ts';

/* What each phase means for others. Apart from the schemas, so that the widget can use it without zod. */

/** Who may speak to the visitor in a phase. */
export const ownerIn: Record<Phase, Owner> = {
  bot: 'bot',
  asking: 'nobody',
  transferring: 'nobody',
  waiting: 'people',
  human: 'people',
  hold: 'people',
  async: 'people',
  ending: 'nobody',
  closed: 'nobody',
};

/** Whether people have the conversation in a phase, or are to have it. */
export const isForPeopleIn: Record<Phase, boolean> = {
  bot: false,
  asking: false,
  transferring: true,
  waiting: true,
  human: true,
  hold: true,
  async: true,
  ending: false,
  closed: false,
};
