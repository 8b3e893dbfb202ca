/* A row of `npm run rows`, and how one is written down. */

/** A test, by the file that runs it and its name as it stands in the code. */
export interface Proof {
  file: string;
  test: string;
  /** Where the name stands, if the file takes its tests from elsewhere. */
  from?: string;
}

export interface Row {
  id: string;
  /** What is to be so. */
  asks: string;
  proofs: readonly Proof[];
  /** Why there is no proof, or none of all of it. */
  lacks?: string;
}

export const relay = (about: string) => `server/relay.${about}.test.ts`;
const desk = 'server/desks/chatwoot/chatwoot-desk.test.ts';
export const setup = 'server/desks/chatwoot/setup';
export const routing = 'server/conversation/routing.test.ts';
export const journey = 'e2e/journey.spec.ts';

/** Tests of one file. */
export const by = (file: string, ...tests: string[]): Proof[] => tests.map((test) => ({ file, test }));
/** What every desk promises, tried at Chatwoot's. */
export const semantic = (...tests: string[]): Proof[] =>
  tests.map((test) => ({ file: desk, test, from: 'server/desks/semantics.ts' }));
export const promise = (...tests: string[]): Proof[] =>
  tests.map((test) => ({ file: desk, test, from: 'server/desks/desk.contract.ts' }));
/** What every bot promises, tried at the built-in one. */
export const ofBots = (...tests: string[]): Proof[] =>
  tests.map((test) => ({
    file: 'server/bots/skills/skill-bot.test.ts',
    test,
    from: 'server/bots/bot.contract.ts',
  }));

export const row = (id: string, asks: string, ...proofs: Proof[][]): Row => ({ id, asks, proofs: proofs.flat() });
/** @param lacks what there is not, or not in full */
export const notBuilt = (id: string, asks: string, lacks: string, ...proofs: Proof[][]): Row => ({
  id,
  asks,
  proofs: proofs.flat(),
  lacks,
});

export const goesRound = by(journey, 'the baton goes round: from the bot to a person and back');
