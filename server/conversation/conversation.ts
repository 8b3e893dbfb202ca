import { randomBytes } from 'node:crypto';
import { ownerIn, type Topic } from '../../shared/handoff.ts';
import type { Choice } from '../../shared/message.ts';
import type { Answer } from '../bots/bot.ts';
import { changesHands, type DeskAgent, type DeskOp, type Intent, type Outcome, type TeamName } from '../desks/desk.ts';
import type { Task, Work } from '../stores/store.ts';
import type { Draft } from './draft.ts';
import { next, show, type Effect, type HandoffEvent } from './handoff.ts';
import { retryDelayMs, settleDelayMs } from './retry.ts';
import type { Route, Wish } from './state.ts';
import { handOverNote, notes } from './transcript.ts';

/*
 * What happens when the visitor, the bot or the desk speaks. Each function takes one decision: it changes a draft and
 * does nothing else; `conversations.ts` commits the draft and only then acts.
 */

/** What decisions need to know beside the conversation. */
export interface Context {
  newId(): string;
  /** Between 0 and 1. */
  chance(): number;
  /** `Desk.plan`. */
  plan(intent: Intent): DeskOp[];
  /** `Desk.home`. Empty while the desk has never been reached. */
  home: string;
  /** Which team, and why; or what to ask. A topic of null is "Something else", undefined is "not asked yet". */
  route(wish: {
    skills: string[];
    wanted?: { team?: TeamName; skill?: string };
    topic?: string | null;
  }): { ask: Topic[] } | { route: Route };
  /** Which topic the visitor's own words name, if any. */
  matchTopic(text: string, topics: Topic[]): Topic | undefined;
  /** What people call a team of the desk. */
  labelOf(team: { key: string; name: string }): string | null;
  /** What people at the desk call the visitor. */
  nameOf(visitor: string): string;
  greeting(language: string): { text: string; choices?: Choice[] };
  askingMs: number;
  transferMs: number;
  onBotFailure: 'offer' | 'handoff';
}

// ------------------------------------------------------------------------------------------------ the visitor

/** The first words of a conversation are the greeting: configuration until now, history from here on. */
export function begin(draft: Draft, context: Context): void {
  const { text, choices } = context.greeting(draft.state.language);
  const id = context.newId();
  draft.say({ id, author: { kind: 'bot' }, text, at: draft.at, ...(choices?.length ? { choices } : {}) });
  mirror(draft, context, id);
}

export interface Written {
  id: string;
  text: string;
  hash: string;
  choice?: Choice | undefined;
}

export function visitorWrote(draft: Draft, context: Context, { id, text, hash, choice }: Written): void {
  if (draft.state.handoff.phase === 'ending') apply(draft, context, { kind: 'wrote', route: defaultRoute(context) });
  draft.say({ id, author: { kind: 'visitor' }, text, at: draft.at, ...(choice ? { choices: [choice] } : {}) });
  draft.receipt(id, hash);
  mirror(draft, context, id);
  draft.state.lastWords = id;
  const { handoff } = draft.state;
  if (handoff.phase === 'asking') {
    const topic = context.matchTopic(text, handoff.topics);
    draft.state.queued.push(id);
    if (topic) choose(draft, context, topic.id);
    else apply(draft, context, { kind: 'wrote', route: defaultRoute(context) });
  } else if (handoff.phase === 'bot') {
    draft.state.bot.unanswered.push(id);
    askBot(draft, context);
  } else {
    draft.state.queued.push(id);
  }
}

/** "Talk to a person". Asking twice is asking once. */
export function visitorAsked(draft: Draft, context: Context, request: { id: string; hash: string }): void {
  draft.receipt(request.id, request.hash);
  want(draft, context, { by: 'visitor', reason: 'visitor_asked' });
}

/** The answer to "What is it about?". */
export function choose(draft: Draft, context: Context, topic: string | null): void {
  const { handoff } = draft.state;
  if (handoff.phase !== 'asking') return;
  const found = handoff.topics.find((one) => one.id === topic);
  const decided = context.route({ skills: handoff.wish.skills, topic: found?.id ?? null });
  const route = 'route' in decided ? decided.route : defaultRoute(context);
  apply(draft, context, { kind: 'chose', route, chosen: found?.label ?? null });
}

/** "Cancel", "Back to the assistant" and "End chat". */
export function visitorTurned(draft: Draft, context: Context, kind: 'cancelled' | 'back' | 'ended'): void {
  apply(draft, context, { kind });
}

// ------------------------------------------------------------------------------------------------ the bot

export function botAnswered(draft: Draft, context: Context, row: Work, answer: Answer): void {
  const asked = takeTurn(draft, row);
  if (!asked) return;
  const { bot } = draft.state;
  bot.context = answer.context;
  bot.skills = answer.skills;
  bot.turns += 1;
  bot.failures = 0;
  answer.messages.forEach(({ text, choices }, index) => {
    // The same turn answered twice makes the same ids; but a turn that was accepted is no longer there to answer.
    const id = `${asked.turn}.${index}`;
    draft.say({ id, author: { kind: 'bot' }, text, at: draft.at, ...(choices?.length ? { choices } : {}) });
    mirror(draft, context, id);
  });
  const { handoff } = answer;
  if (handoff) {
    const { reason, summary, ...wanted } = handoff;
    want(draft, context, { by: 'bot', reason, summary: summary ?? null, wanted });
  } else {
    askBot(draft, context);
  }
}

/** The bot failed or was late. It is asked once more; then the visitor is offered a person, or handed over. */
export function botFailed(draft: Draft, context: Context, row: Work): void {
  if (row.attempts < 1 && isCurrent(draft, row)) {
    draft.change(row.id, { attempts: row.attempts + 1, notBefore: draft.at + 250 });
    return;
  }
  if (!takeTurn(draft, row)) return;
  draft.state.bot.failures += 1;
  if (context.onBotFailure === 'handoff') {
    want(draft, context, { by: 'relay', reason: 'bot_failed' });
  } else {
    draft.note({ kind: 'botFailed', at: draft.at });
    askBot(draft, context);
  }
}

/** Fences: a word asked for under an older right to answer is not accepted. */
function isCurrent(draft: Draft, row: Work): boolean {
  const { handoff } = draft.state;
  return (
    row.task.lane === 'bot' &&
    handoff.phase === 'bot' &&
    handoff.epoch === row.task.epoch &&
    draft.work.some((known) => known.id === row.id)
  );
}

/** All that was said in a turn lost its words before the bot heard them. */
export function nothingToAsk(draft: Draft, context: Context, row: Work): void {
  if (takeTurn(draft, row)) askBot(draft, context);
}

function takeTurn(draft: Draft, row: Work): Extract<Task, { lane: 'bot' }> | undefined {
  const current = isCurrent(draft, row);
  draft.drop((known) => known.id === row.id);
  if (!current || row.task.lane !== 'bot') return undefined;
  const { messages } = row.task;
  const { bot } = draft.state;
  bot.turn = null;
  bot.unanswered = bot.unanswered.filter((id) => !messages.includes(id));
  return row.task;
}

/** One turn at a time: what is said meanwhile goes into the next. */
function askBot(draft: Draft, context: Context): void {
  const { bot, handoff } = draft.state;
  if (handoff.phase !== 'bot' || bot.unanswered.length === 0 || bot.turn) return;
  bot.turn = context.newId();
  draft.add(context.newId(), {
    lane: 'bot',
    turn: bot.turn,
    epoch: handoff.epoch,
    messages: [...bot.unanswered],
  });
}

// ------------------------------------------------------------------------------------------------ the desk

/** What became of an operation. */
export function deskAnswered(draft: Draft, context: Context, row: Work, outcome: Outcome): void {
  const known = draft.work.find((one) => one.id === row.id);
  if (!known || known.task.lane !== 'desk') return;
  const { op, round } = known.task;
  switch (outcome.result) {
    case 'done':
      draft.drop((one) => one.id === row.id);
      return deskDid(draft, context, op, round, outcome);
    case 'unsent':
      return draft.change(row.id, {
        status: 'ready',
        notBefore: draft.at + (outcome.retryAfterMs ?? retryDelayMs(known.attempts, context.chance())),
      });
    case 'unknown':
      return draft.change(row.id, { status: 'unknown', notBefore: draft.at + settleDelayMs(known.attempts) });
    case 'refused':
      // Without a thread nothing can be said at all: what waits behind it waits for whoever mends the desk.
      if (op.step === 'begin') {
        draft.change(row.id, {
          status: 'ready',
          notBefore: draft.at + retryDelayMs(known.attempts, context.chance()),
        });
      } else draft.drop((one) => one.id === row.id);
      // Without the rest a person can still be reached.
      if (round === draft.state.round && (op.step === 'begin' || op.step === 'open'))
        apply(draft, context, { kind: 'failed' });
  }
}

function deskDid(
  draft: Draft,
  context: Context,
  op: DeskOp,
  round: number,
  outcome: Extract<Outcome, { result: 'done' }>,
): void {
  const thread = draft.threads.find((one) => one.round === round);
  if (outcome.ref && thread) {
    draft.thread({ ...thread, ref: outcome.ref, home: context.home });
  }
  if (outcome.deskId !== undefined) {
    const message = op.step === 'say' ? op.message : null;
    draft.deskMessage({ round, deskId: outcome.deskId, message, key: op.key });
  }
  if (round !== draft.state.round) return;
  if (outcome.state) draft.state.desk = outcome.state;
  if (outcome.taken) {
    apply(draft, context, { kind: 'assigned', agent: outcome.taken });
    // Whoever spoke while it was pending has it open from now on, else it would look as if it were given back.
    if (outcome.state?.status === 'pending' && peopleOwn(draft)) give(draft, context, outcome.taken);
  } else if (op.step === 'check') {
    relabel(draft, context);
    apply(draft, context, { kind: 'handed', agent: outcome.state?.assignee ?? null });
  }
}

/** The thread is not there any more, or is at another desk: what it had not taken goes to the next one. */
export function threadOver(draft: Draft, context: Context, round: number): void {
  const left = draft.work.flatMap((row) =>
    row.task.lane === 'desk' && row.task.round === round && row.task.op.step === 'say' ? [row.task.op.message] : [],
  );
  draft.drop((row) => row.task.lane === 'desk' && row.task.round === round);
  if (round === draft.state.round) {
    apply(draft, context, { kind: 'gone' });
    draft.state.round = 0;
  }
  for (const message of left) mirror(draft, context, message);
}

/** A round that is over is live again, because a person spoke or opened it there. */
export function revive(draft: Draft, context: Context, round: number): void {
  const newer = draft.state.round;
  if (newer > 0) {
    draft.drop(
      ({ task, status }) => task.lane === 'desk' && task.round === newer && status === 'ready' && isPass(task.op),
    );
    const note = remember(draft, context, notes.superseded());
    work(draft, context, newer, { do: 'close', note });
  }
  draft.state.round = round;
  draft.state.desk = null;
}

export function peopleOwn(draft: Draft): boolean {
  return ownerIn[draft.state.handoff.phase] === 'people';
}

/** Whether the desk is about to be told who has this round: until then, what it says of that is not believed. */
export function handsAreMoving(draft: Draft, round: number): boolean {
  return draft.work.some(({ task }) => task.lane === 'desk' && task.round === round && changesHands.has(task.op.step));
}

/** The wish behind a person who came without being asked for. */
export function takenUp(draft: Draft, context: Context): Wish {
  const team = draft.state.desk?.team;
  const label = team ? context.labelOf(team) : null;
  return {
    id: context.newId(),
    by: 'agent',
    reason: 'agent_took_over',
    summary: null,
    skills: openSkills(draft),
    chosen: null,
    route: { team: null, label, trail: [] },
    at: draft.at,
  };
}

/** A message lost its words: whatever points at it, or was made from it, goes, too. */
export function forget(draft: Draft, context: Context, message: string): void {
  const { state } = draft;
  state.deleted = [...state.deleted, message];
  draft.blank(message);
  draft.note({ kind: 'deletion', id: message, at: draft.at });
  draft.drop(({ task }) => task.lane === 'desk' && task.op.step === 'say' && task.op.message === message);
  state.queued = state.queued.filter((id) => id !== message);
  if (state.lastWords === message) state.lastWords = null;
  const { bot } = state;
  bot.context = {};
  bot.skills = bot.skills.map((skill) => ({ ...skill, slots: {} }));
  bot.unanswered = bot.unanswered.filter((id) => id !== message);
  // An answer under way would bring back what the bot knew of it.
  draft.drop(({ task }) => task.lane === 'bot');
  bot.turn = null;
  askBot(draft, context);
}

/** After a read: the team's label follows what agents made of it. */
export function relabel(draft: Draft, context: Context): void {
  const { handoff, desk } = draft.state;
  if (!('wish' in handoff) || !desk?.team) return;
  const label = context.labelOf(desk.team);
  handoff.wish.route = { team: null, trail: [], ...handoff.wish.route, label };
}

// ------------------------------------------------------------------------------------------------ time

export function timeCame(draft: Draft, context: Context, row: Work): void {
  draft.drop((known) => known.id === row.id);
  if (row.task.lane !== 'timer' || row.task.epoch !== draft.state.handoff.epoch) return;
  if (row.task.timer === 'askedTooLong') {
    apply(draft, context, { kind: 'askedTooLong', route: defaultRoute(context) });
  } else if (row.task.timer === 'transferTooLong') apply(draft, context, { kind: 'transferTooLong' });
}

// ------------------------------------------------------------------------------------------------ common

/** Somebody wants a person for the visitor: routing says where to, or what to ask first. */
function want(
  draft: Draft,
  context: Context,
  wish: Pick<Wish, 'by' | 'reason'> & { summary?: string | null; wanted?: { team?: TeamName; skill?: string } },
): void {
  const skills = openSkills(draft);
  const decided = context.route({ skills, ...(wish.wanted ? { wanted: wish.wanted } : {}) });
  apply(draft, context, {
    kind: 'asked',
    topics: 'ask' in decided ? decided.ask : [],
    wish: {
      id: context.newId(),
      by: wish.by,
      reason: wish.reason,
      summary: wish.summary ?? null,
      skills,
      chosen: null,
      route: 'route' in decided ? decided.route : null,
      at: draft.at,
    },
  });
}

function defaultRoute(context: Context): Route {
  const decided = context.route({ skills: [], topic: null });
  return 'route' in decided ? decided.route : { team: null, label: null, trail: [] };
}

function openSkills(draft: Draft): string[] {
  return draft.state.bot.skills.map((skill) => skill.name);
}

/** Hands an event to the machine, and turns what follows into rows of this commit. */
export function apply(draft: Draft, context: Context, event: HandoffEvent): void {
  const before = draft.state.handoff;
  const { now, because, effects } = next(before, event);
  if (now === before && effects.length === 0) return;
  draft.state.handoff = now;
  if (now.phase !== before.phase) draft.drop((row) => row.task.lane === 'timer');
  if (now.epoch !== before.epoch) {
    draft.drop((row) => row.task.lane === 'bot');
    draft.state.bot.turn = null;
    if (before.phase === 'bot') {
      draft.state.queued = [...draft.state.bot.unanswered];
      draft.state.bot.unanswered = [];
    }
  }
  if (because) draft.note({ kind: 'handoff', at: draft.at, handoff: show(now), because });
  for (const effect of effects) carryOut(draft, context, effect);
  if (now.phase === 'ending') {
    const late = draft.state.queued;
    draft.state.queued = [];
    if (now.by === 'agent') overtaken(draft, context, late);
  }
}

/** A person answered: what the desk has is answered with it, and does not begin with the bot should it come back. */
export function answered(draft: Draft): void {
  const { state } = draft;
  state.queued = state.queued.filter((id) => draft.work.some(({ task }) => saysIn(task, state.round, [id])));
}

/** What the visitor wrote while the end was on its way here has nobody at the desk any more: the bot gets it. */
function overtaken(draft: Draft, context: Context, unanswered: string[]): void {
  const { state } = draft;
  const late = draft.work.filter(({ task }) => saysIn(task, state.round, unanswered));
  if (late.length === 0) return;
  // One that is under way may arrive all the same; what has not left goes to the next thread instead.
  draft.drop((row) => late.includes(row) && row.status === 'ready');
  apply(draft, context, { kind: 'wrote', route: defaultRoute(context) });
  for (const { task, status } of late) {
    if (task.lane !== 'desk' || task.op.step !== 'say') continue;
    state.bot.unanswered.push(task.op.message);
    if (status === 'ready') mirror(draft, context, task.op.message);
  }
  askBot(draft, context);
}

function carryOut(draft: Draft, context: Context, effect: Effect): void {
  const { state } = draft;
  const name = context.nameOf(draft.visitor);
  switch (effect.do) {
    case 'handOver': {
      if (state.handoff.phase !== 'transferring') return;
      const { wish } = state.handoff;
      const round = liveRound(draft, context);
      const before = draft.threads.find((thread) => thread.round === round - 1)?.ref?.['number'] ?? null;
      const note = remember(draft, context, handOverNote(name, wish, before), state.lastWords);
      return work(draft, context, round, {
        do: 'handOver',
        team: wish.route?.team ?? null,
        attributes: { reason: wish.reason, skills: wish.skills.join(', ') },
        note,
      });
    }
    case 'call': {
      if (!('wish' in state.handoff)) return;
      const note = remember(draft, context, notes.call(name));
      return work(draft, context, state.round, { do: 'call', team: state.handoff.wish.route?.team ?? null, note });
    }
    case 'give':
      return give(draft, context, effect.agent);
    case 'stopHandOver':
      // What was said goes on to the desk all the same; a step that is under way is looked after until it is known.
      return draft.drop(
        ({ task, status }) =>
          task.lane === 'desk' && task.round === state.round && status === 'ready' && isPass(task.op),
      );
    case 'takeBack':
      if (state.round === 0) return;
      return work(draft, context, state.round, {
        do: 'takeBack',
        note: remember(draft, context, effect.note === 'failed' ? notes.failed() : notes.cancelled(name)),
      });
    case 'close':
      if (state.round === 0) return;
      return work(draft, context, state.round, {
        do: 'close',
        note: remember(draft, context, notes[effect.note](name)),
      });
    case 'newRound':
      state.round = 0;
      state.desk = null;
      return;
    case 'newSession':
      state.bot = { ...state.bot, session: context.newId(), turns: 0, context: {}, skills: [], failures: 0 };
      return;
    case 'askBot':
      state.bot.unanswered = [...state.bot.unanswered, ...state.queued];
      state.queued = [];
      return askBot(draft, context);
    case 'remind': {
      const ms = effect.timer === 'askedTooLong' ? context.askingMs : context.transferMs;
      const task: Task = { lane: 'timer', timer: effect.timer, epoch: state.handoff.epoch };
      return draft.add(context.newId(), task, draft.at + ms);
    }
  }
}

function saysIn(task: Task, round: number, messages: string[]): boolean {
  return task.lane === 'desk' && task.round === round && task.op.step === 'say' && messages.includes(task.op.message);
}

/** Whether a step is about who has the thread, and not about what was said in it. */
function isPass(op: DeskOp): boolean {
  return op.step !== 'begin' && op.step !== 'say' && op.step !== 'heal';
}

/** A person who answers in a thread that was the bot's gets it, so that the desk shows whose it is. */
function give(draft: Draft, context: Context, agent: DeskAgent): void {
  if (draft.state.round > 0) work(draft, context, draft.state.round, { do: 'give', agent });
}

/** Copies a message of ours to the live thread. */
function mirror(draft: Draft, context: Context, message: string): void {
  work(draft, context, liveRound(draft, context), { do: 'say', message });
}

function work(draft: Draft, context: Context, round: number, intent: Intent): void {
  for (const op of context.plan(intent)) draft.add(context.newId(), { lane: 'desk', round, op });
}

/** The live round; it begins here where there is none. */
function liveRound(draft: Draft, context: Context): number {
  const { state } = draft;
  if (state.round > 0) return state.round;
  state.rounds += 1;
  state.round = state.rounds;
  // With the inbox's identifier this opens the desk's public API: random, and saved before it is first used.
  const source = randomBytes(24).toString('base64url');
  draft.thread({ round: state.round, home: context.home, source, ref: null, cursor: 0 });
  work(draft, context, state.round, { do: 'begin' });
  return state.round;
}

/** Keeps a note for the operation that points at it. */
function remember(draft: Draft, context: Context, text: string, quote: string | null = null): string {
  const { state } = draft;
  const used = new Set(
    draft.work.flatMap(({ task }) => (task.lane === 'desk' && task.op.step === 'note' ? [task.op.note] : [])),
  );
  state.notes = Object.fromEntries(Object.entries(state.notes).filter(([id]) => used.has(id)));
  const id = context.newId();
  state.notes[id] = { text, quote };
  return id;
}
