import { randomBytes } from 'node:crypto';
import type { Desk, DeskAgent, DeskEvent, DeskStatus, DeskTask, DeskThread, Intent, Outcome } from './desk.ts';
import { teamOf } from './team-name.ts';

/*
 * What a desk must be able to do so that a bot can pass a visitor to people there and take them back: six things. The
 * contract of the port has each of them as a test; `npm run desk-check` tries them at a desk that runs.
 */

/** What stands in a thread. */
export interface Written {
  by: 'visitor' | 'bot' | 'agent' | 'desk';
  text: string;
  private: boolean;
}

/** A desk with a person's hands at it. */
export interface Hands {
  desk: Desk;
  /** Two teams that the desk has, by their names. */
  team: string;
  otherTeam: string;
  /** A person who sees every thread. */
  other: DeskAgent;
  /** They write something that the visitor may read. @returns the desk's id of it */
  say(thread: DeskThread, agent: DeskAgent, text: string): Promise<number>;
  setStatus(thread: DeskThread, agent: DeskAgent, status: DeskStatus): Promise<void>;
  /** All there is in a thread, oldest first. */
  texts(thread: DeskThread): Promise<Written[]>;
  /** Who the visitor of a thread is at the desk: the desk's own id. */
  visitorOf(thread: DeskThread): Promise<string>;
  /** Told of each thread that was made, so that it can be taken back. */
  began?(thread: DeskThread): void;
}

export interface Semantic {
  /** What the desk can do, as the end of “It can do this: …”. */
  name: string;
  /** @throws {Lack} with one sentence, where it cannot */
  holds(hands: Hands): Promise<void>;
}

/** The desk lacks something. The message says what was done and what was seen. */
export class Lack extends Error {}

function want(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Lack(otherwise);
}

export const semantics: readonly Semantic[] = [
  { name: 'a visitor is made once, and known again', holds: visitorIsKnown },
  { name: 'a conversation begins before people are wanted, and disturbs nobody', holds: conversationBegins },
  { name: 'what visitor and bot say stands there in order, once, under its author', holds: wordsStand },
  { name: 'there are several teams', holds: teamsAreThere },
  { name: 'a conversation goes to the team that is named, whichever that is', holds: goesToTeam },
  { name: 'it comes back when people have finished, and may be closed twice', holds: comesBack },
];

async function visitorIsKnown(hands: Hands): Promise<void> {
  const first = await begin(hands);
  const second = await begin(hands, { conversation: first.conversation, round: 2 });
  const other = await begin(hands);
  const visitor = await hands.visitorOf(first);
  want((await hands.visitorOf(second)) === visitor, 'for a second conversation the same visitor was made anew');
  want((await hands.visitorOf(other)) !== visitor, 'another visitor became the same one');
}

async function conversationBegins(hands: Hands): Promise<void> {
  const { desk } = hands;
  const thread = await begin(hands);
  const { state } = await reading(desk, thread);
  want(state.status === 'pending', `it begins as ${state.status}, so people take it for theirs`);
  want(state.assignee === null && state.team === null, 'it begins with a person or a team');
  const [op] = desk.plan({ do: 'begin' });
  want(op !== undefined, 'nothing is planned for it');
  const again = await desk.perform(taskFor({ ...thread, ref: null }, op, { sentAt: Date.now() }));
  want(again.result === 'done', `asked for a second time, it was ${told(again)}`);
  const isSame = JSON.stringify(again.ref) === JSON.stringify(thread.ref);
  want(isSame, 'asked for a second time, another conversation was made');
}

async function wordsStand(hands: Hands): Promise<void> {
  const { desk } = hands;
  const thread = await begin(hands);
  const said = [
    { by: 'visitor', text: 'Where is my order?' },
    { by: 'bot', text: 'Which one?' },
    { by: 'visitor', text: 'The blue lamp.' },
  ] as const;
  const tasks = said.map(({ by, text }) => saying(desk, thread, text, by));
  for (const task of tasks) {
    const outcome = await desk.perform(task);
    want(outcome.result === 'done' && outcome.deskId !== undefined, `a word was ${told(outcome)}`);
    const again = await desk.perform({ ...task, sentAt: Date.now() });
    want(again.result === 'done', `a word that was sent again was ${told(again)}`);
  }
  const stands = (rows: readonly Pick<Written, 'by' | 'text'>[]) =>
    rows.map(({ by, text }) => `${by}: ${text}`).join(' / ');
  const found = stands((await hands.texts(thread)).filter((one) => !one.private));
  want(found === stands(said), `instead of “${stands(said)}” there stands “${found}”`);
  const { events } = await reading(desk, thread);
  const keys = events.map((event) => (event.kind === 'ours' && !event.failed ? event.key : event.kind));
  want(
    keys.join() === tasks.map(({ op }) => op.key).join(),
    'read again, words of ours are not known as ours, or not as they were sent',
  );
}

function teamsAreThere({ desk, team, otherTeam }: Hands): Promise<void> {
  const found = [team, otherTeam].map((name) => teamOf(desk.teams(), name, ({ key }) => Number(key)));
  const missing = [team, otherTeam].filter((_, at) => found[at] === undefined);
  want(missing.length === 0, `there is no team ${missing.join(', and none ')}`);
  want(found[0]?.key !== found[1]?.key, 'two teams cannot be told apart');
  return Promise.resolve();
}

async function goesToTeam(hands: Hands): Promise<void> {
  const { desk, team, otherTeam } = hands;
  const thread = await begin(hands);
  await run(desk, thread, { do: 'say', message: 'm' });
  const isPublic = async () => (await hands.texts(thread)).filter((one) => !one.private).length;
  const before = await isPublic();
  // Which team it is was not known before: it stands in the configuration, or a bot has named it just now.
  for (const name of [team, otherTeam]) {
    await runs(desk, thread, { do: 'handOver', team: name, attributes: { topic: 'a check' }, note: 'n' });
    const { state } = await reading(desk, thread);
    want(state.status === 'open', `handed to ${name} it is ${state.status}, so people do not see it`);
    const with_ = state.team?.name ?? 'no team';
    want(with_.toLowerCase() === name.toLowerCase(), `handed to ${name} it is with ${with_}`);
    await runs(desk, thread, { do: 'takeBack', note: 'n' });
    const back = (await reading(desk, thread)).state;
    want(back.status === 'pending', `taken back from ${name} it is ${back.status}`);
    want(back.team === null && back.assignee === null, `taken back from ${name} it is still somebody’s`);
  }
  want((await isPublic()) === before, 'a note that is for people alone can be read by the visitor');
}

async function comesBack(hands: Hands): Promise<void> {
  const { desk, other } = hands;
  const thread = await begin(hands);
  await run(desk, thread, { do: 'say', message: 'm' });
  await runs(desk, thread, { do: 'handOver', team: hands.team, attributes: {}, note: 'n' });
  const id = await hands.say(thread, other, 'It is on its way.');
  const { events } = await reading(desk, thread);
  const isHeard = (event: DeskEvent) =>
    event.kind === 'said' && event.id === id && event.agent.key === other.key && event.text === 'It is on its way.';
  want(events.filter(isHeard).length === 1, 'what a person has answered is not read, or not as theirs');
  await hands.setStatus(thread, other, 'resolved');
  want((await reading(desk, thread)).state.status === 'resolved', 'it is not seen that a person has finished');

  // Next time the visitor begins with the bot, in a conversation of its own.
  const next = await begin(hands, { conversation: thread.conversation, round: 2 });
  want(
    JSON.stringify(next.ref) !== JSON.stringify(thread.ref),
    'what is said next stands in the finished conversation',
  );
  want((await reading(desk, next)).state.status === 'pending', 'what is said next is for people again');
  for (const time of ['closed', 'closed again']) {
    await runs(desk, next, { do: 'close', note: 'n' });
    const { status } = (await reading(desk, next)).state;
    want(status === 'resolved', `${time}, it is ${status}`);
  }
}

/** An outcome, in words that say why. */
function told(outcome: Outcome): string {
  if (outcome.result !== 'done')
    return `${outcome.result === 'unsent' ? 'not taken' : outcome.result} (${outcome.why})`;
  return outcome.note === undefined ? 'done, without an id' : `left (${outcome.note})`;
}

/* What a try needs. The contract's other tests use it, too. */

/** A thread that nobody has made yet. A visitor has one conversation. */
export function newThread(desk: Desk, more: Partial<DeskThread> = {}): DeskThread {
  const [source, conversation] = [randomBytes(24), randomBytes(9)].map((bytes) => bytes.toString('base64url')) as [
    string,
    string,
  ]; // as many as were made
  return { conversation, round: 1, home: desk.home, source, ref: null, cursor: 0, takesAfter: null, ...more };
}

export function taskFor(thread: DeskThread, op: DeskTask['op'], more: Partial<DeskTask> = {}): DeskTask {
  const visitor = { id: thread.conversation, name: 'Visitor', site: 'demo', language: 'en', page: null };
  const what =
    op.kind === 'note'
      ? { note: 'A note' }
      : op.kind === 'say'
        ? { message: { author: { kind: 'visitor' }, text: 'Hello' } as const }
        : op.kind === 'rate'
          ? { feedback: 'Quick.' }
          : {};
  return { op, thread, visitor, sentAt: null, mayLeave: () => true, ...what, ...more };
}

export function saying(desk: Desk, thread: DeskThread, text: string, by: 'visitor' | 'bot' = 'visitor'): DeskTask {
  const [op] = desk.plan({ do: 'say', message: 'm' });
  want(op !== undefined, 'nothing is planned for a word');
  return taskFor(thread, op, { message: { author: { kind: by }, text } });
}

/** Performs an intent, one step after the other. @returns what came of each */
export async function run(desk: Desk, thread: DeskThread, intent: Intent): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const op of desk.plan(intent)) outcomes.push(await desk.perform(taskFor(thread, op)));
  return outcomes;
}

/** The same, where each step has to be done. */
async function runs(desk: Desk, thread: DeskThread, intent: Intent): Promise<void> {
  for (const op of desk.plan(intent)) {
    const outcome = await desk.perform(taskFor(thread, op));
    want(outcome.result === 'done', `the step “${op.step}” was ${told(outcome)}`);
  }
}

/** A thread that has begun. */
export async function begin(
  { desk, began }: Pick<Hands, 'desk' | 'began'>,
  more: Partial<DeskThread> = {},
): Promise<DeskThread> {
  const thread = newThread(desk, more);
  const [outcome] = await run(desk, thread, { do: 'begin' });
  want(outcome !== undefined, 'nothing is planned for a beginning');
  want(outcome.result === 'done' && outcome.ref !== undefined, `a conversation was ${told(outcome)}`);
  const made = { ...thread, ref: outcome.ref };
  began?.(made);
  return made;
}

export async function reading(desk: Desk, thread: DeskThread, ids: number[] = [], deep = false) {
  const read = await desk.read(thread, new Set(ids), { deep });
  want(read.result === 'read', `it could not be read: ${read.result === 'away' ? read.why : 'it is gone'}`);
  const order = read.events.map(({ id }) => id);
  want(String(order) === String([...order].sort((a, b) => a - b)), 'it is read out of order');
  return read;
}
