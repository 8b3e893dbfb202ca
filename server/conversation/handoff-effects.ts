import type { DeskAgent, DeskOp, Looked } from '../desks/desk.ts';
import type { TeamName } from '../desks/team-name.ts';
import type { Task } from '../stores/store.ts';
import type { Context } from './context.ts';
import { handoffNews } from './bot-news.ts';
import { newSession, noteHandoff } from './bot-session.ts';
import { saveNote } from './desk-notes.ts';
import { addSteps, hasLeft, isHandoffStep, saysIn, stepsAhead, waitingIn, wordHasLeft } from './desk-steps.ts';
import type { Draft } from './draft.ts';
import type { Effect, HandoffEvent } from './handoff-event.ts';
import { isOver, next, show } from './handoff.ts';
import { retry, takeUndelivered } from './messages.ts';
import { assignTo, liveRound, mirrorAll, moveWords } from './rounds.ts';
import { inLanguage } from '../words.ts';
import { type Carried, type Route, type Wanted, type Wish } from '../stores/conversation-state.ts';
import { alreadyTold, handOverNote, notes } from './note-text.ts';
import { noPeople } from './own-words.ts';
import { withDefault } from './routing.ts';
import { settle } from './routing-targets.ts';
import { askBot, isQuestion } from './turns.ts';
import { defaultRoute, factsOf, lastHelper, openSkills } from './wish.ts';

/*
 * What follows from a handoff: an event goes to the pure machine, and the effects it returns become steps, turns,
 * timers and notes of the same draft.
 */

type LookOp = Extract<DeskOp, { kind: 'look' }>;

/** Somebody wants a person for the visitor: routing says where to, or what to ask first. */
export function requestHandoff(
  draft: Draft,
  context: Context,
  wish: Pick<Wish, 'by' | 'reason' | 'attributes'> & { summary?: string | null; wanted?: Wanted },
): void {
  if (context.isAlone) return stayAlone(draft, context, wish.by === 'bot');
  const { attributes } = wish;
  const wanted = withDefault(wish.wanted, context.defaultHandoff);
  const skills = openSkills(draft);
  const away = context.awayAt(draft.at);
  const decided = context.route({ skills, ...(wanted ? { wanted } : {}), facts: factsOf(draft, context, attributes) });
  if (decided.errors && wish.by === 'bot') draft.state.bot.mistakes.push(...decided.errors);
  const words = wanted?.handoff && context.handoffWords(wanted.handoff, draft.seen.language);
  const before = draft.seen.handoff;
  if (words && before.phase === 'bot') tellAsBot(draft, context, words);
  apply(draft, context, {
    kind: 'asked',
    topics: 'ask' in decided ? decided.ask : [],
    ...(away && { away }),
    wish: {
      id: context.newId(),
      by: wish.by,
      reason: wish.reason,
      summary: wish.summary ?? null,
      skills,
      chosen: null,
      route: 'route' in decided ? decided.route : away ? { ...defaultRoute(draft, context), trail: notAsked } : null,
      ...(wanted?.handoff ? { wanted: { handoff: wanted.handoff, isDefault: wanted.isDefault } } : {}),
      ...(attributes ? { attributes } : {}),
      at: draft.at,
    },
  });
  // After an end these are the first words of another round, which has begun by now.
  if (words && isOver(before)) tellAsBot(draft, context, words);
}

/** One question is enough. */
const notAsked = ['Nobody was there, so the visitor was not asked what it is about.'];

/** Nobody can take over: the visitor is told, and the bot as well if it was the one who asked. */
function stayAlone(draft: Draft, context: Context, isBots: boolean): void {
  const { handoff } = draft.seen;
  if (isOver(handoff)) apply(draft, context, { kind: 'wrote', route: defaultRoute(draft, context) });
  // A person came by themselves.
  else if (handoff.phase !== 'bot') return;
  if (isBots) draft.state.bot.mistakes.push({ code: 'handoff_off' });
  tellAsBot(draft, context, inLanguage(noPeople, draft.seen.language) ?? '');
  askBot(draft, context);
}

/** Says something in the bot's place. */
export function tellAsBot(draft: Draft, context: Context, text: string): void {
  liveRound(draft, context);
  draft.say({ id: context.newId(), author: { kind: 'bot' }, text, at: draft.at });
}

/** Gives an event to the machine, and turns what follows into rows of this commit. */
export function apply(draft: Draft, context: Context, event: HandoffEvent): void {
  const before = draft.state.handoff;
  const { now, because, effects } = next(before, event);
  if (now === before && effects.length === 0) return;
  const isLeft = before.phase === 'async' && because === 'back';
  if (isLeft) leaveWithPeople(draft, context);
  draft.state.handoff = now;
  if (now.phase !== before.phase) draft.drop((row) => row.task.lane === 'timer');
  if (now.epoch !== before.epoch) draft.drop(isQuestion);
  if (now.phase === 'closed') draft.state.ratedRound = draft.state.round;
  if (now.phase === 'human') draft.state.helper = { agent: now.agent, at: draft.at };
  if (because) draft.append({ kind: 'handoff', at: draft.at, handoff: show(now), because });
  const news = handoffNews(before, now, because, draft.at);
  if (news) noteHandoff(draft, context, news);
  for (const effect of effects) carryOut(draft, context, effect);
  // A message that was left is answered by people, also where the bot goes on meanwhile.
  if (now.phase === 'ending' || now.phase === 'closed' || isLeft) {
    const { answered, alsoOpen } = draft.state;
    draft.state.answered = draft.seq;
    draft.state.alsoOpen = [];
    if (now.phase === 'ending' && now.by === 'agent') passLateWordsToBot(draft, context, answered, alsoOpen);
  }
}

/** Whether the visitor is asked if it helped, should it end now: once for each round. */
export const mayRate = ({ seen }: Draft, context: Context): boolean =>
  context.mayRate && seen.ratedRound !== seen.round;

/** The bot goes on elsewhere, and the message that was left stays: its handoff does not wait for who is there. */
function leaveWithPeople(draft: Draft, context: Context): void {
  const { round, left } = draft.seen;
  for (const row of draft.work) {
    const { task } = row;
    if (task.lane !== 'desk' || task.round !== round || task.op.kind !== 'look') continue;
    draft.drop((one) => one === row);
    goOn(draft, context, { round, after: row.after, op: task.op, looked: undefined });
  }
  draft.state.left = [...left.slice(-19), round];
}

/** What the visitor wrote while the end was on its way here has nobody at the desk any more: the bot gets it. */
function passLateWordsToBot(draft: Draft, context: Context, answered: number, alsoOpen: readonly string[]): void {
  const { state } = draft;
  const late = waitingIn(draft, state.round).filter(({ by, seq }) => by === 'visitor' && seq > answered);
  const again = draft.work.filter(({ task }) => saysIn(task, state.round, alsoOpen));
  if (late.length === 0 && again.length === 0) return;
  // One that is under way may arrive all the same; what has not left goes to the next thread instead.
  draft.drop((row) => again.includes(row) && !hasLeft(row));
  apply(draft, context, { kind: 'wrote', route: defaultRoute(draft, context) });
  state.answered = late[0] ? late[0].seq - 1 : draft.seq;
  moveWords(
    draft,
    context,
    late.filter((word) => !wordHasLeft(draft.marks, word)),
  );
  for (const row of again) {
    const { task } = row;
    if (task.lane !== 'desk' || task.op.kind !== 'say') continue;
    state.alsoOpen.push(task.op.message);
  }
  mirrorAll(
    draft,
    context,
    again.filter((row) => !hasLeft(row)),
  );
  askBot(draft, context);
}

/**
 * The desk has said who is there: the handoff goes on, to the first of its teams that can take it.
 * @param looked undefined where the desk did not let us look
 */
export function goOn(
  draft: Draft,
  context: Context,
  { round, after, op, looked }: { round: number; after: number; op: LookOp; looked: Looked | undefined },
): void {
  const { handoff } = draft.seen;
  // It was cancelled meanwhile, or somebody was quicker.
  if (round !== draft.seen.round || !isOnItsWay(handoff) || handoff.wish.id !== op.wish) return;
  const { handoff: now } = draft.state;
  if (!isOnItsWay(now)) return;
  const { wish } = now;
  const settled = settle(wish.route ?? nowhere, looked ?? { teams: [], person: null }, op.person);
  wish.route = settled.route;
  handOver(draft, context, { round, after, person: settled.person });
}

const nowhere: Route = { team: null, label: null, trail: [] };
const teamsOf = (route: Route | null): TeamName[] => (route === null || route.team === null ? [] : [route.team]);

/** The steps of a handoff whose team is decided. They come behind what is for the desk up to `after`. */
function handOver(
  draft: Draft,
  context: Context,
  { round, after, person }: { round: number; after: number; person: DeskAgent | null },
): void {
  const { state } = draft;
  if (!isOnItsWay(state.handoff)) return;
  const { wish } = state.handoff;
  const name = context.nameOf(draft.visitor);
  const before = draft.threads.find((thread) => thread.round === round - 1)?.ref?.['number'] ?? null;
  const { carries } = wish.route ?? {};
  const has = (what: Carried) => carries === undefined || carries.includes(what);
  const note = saveNote(draft, context, handOverNote(name, has('skills') ? wish : { ...wish, skills: [] }, before), {
    quote: (has('words') && draft.marks.spoke) || null,
    summary: has('summary') ? wish.summary : null,
    told: has('answers') ? alreadyTold(state.bot.skills) : '',
  });
  const attributes = {
    ...(has('attributes') ? wish.attributes : {}),
    reason: wish.reason,
    initiator: wish.by,
    ...(has('skills') ? { skills: wish.skills.join(', ') } : {}),
    ...(has('page') && state.page?.url ? { page: state.page.url } : {}),
  };
  const team = wish.route?.team ?? null;
  addSteps(draft, context, round, { do: 'handOver', team, ...(person ? { person } : {}), attributes, note }, after);
}

/** So many wishes of a conversation are kept. */
const mostWishes = 5;

/** Remembers what was wished for, so that other rules can be tried on it. */
function keepWish({ state }: Draft, { id, at, route }: Wish): void {
  if (!route?.request) return;
  const { team, label } = route;
  const others = (state.wishes ?? []).filter((each) => each.id !== id);
  state.wishes = [...others, { id, at, request: route.request, team, label }].slice(-mostWishes);
}

/** It is, or may be, on its way to people: a message that was left goes the same way. */
const isOnItsWay = <S extends { phase: string }>(
  handoff: S,
): handoff is Extract<S, { phase: 'transferring' | 'async' }> =>
  handoff.phase === 'transferring' || handoff.phase === 'async';

function carryOut(draft: Draft, context: Context, effect: Effect): void {
  const { state } = draft;
  const name = context.nameOf(draft.visitor);
  switch (effect.do) {
    case 'handOver': {
      if (!isOnItsWay(state.handoff)) return;
      const { wish } = state.handoff;
      const round = liveRound(draft, context);
      const person = lastHelper(draft, context);
      keepWish(draft, wish);
      if (!wish.route?.chain && !person) return handOver(draft, context, { round, after: draft.seq, person: null });
      const teams = wish.route?.chain?.map(({ team }) => team) ?? teamsOf(wish.route);
      return addSteps(draft, context, round, { do: 'look', wish: wish.id, teams, person });
    }
    case 'call': {
      if (!('wish' in state.handoff)) return;
      const note = saveNote(draft, context, notes.call(name));
      return addSteps(draft, context, state.round, { do: 'call', team: state.handoff.wish.route?.team ?? null, note });
    }
    case 'assign':
      return assignTo(draft, context, effect.agent);
    case 'stopHandOver':
      // What was said goes on to the desk all the same; a step that is under way is looked after until it is known.
      return draft.drop(
        (row) =>
          row.task.lane === 'desk' && row.task.round === state.round && !hasLeft(row) && isHandoffStep(row.task.op),
      );
    case 'takeBack':
      if (state.round === 0) return;
      return addSteps(draft, context, state.round, {
        do: 'takeBack',
        note: saveNote(draft, context, effect.note === 'failed' ? notes.failed() : notes.cancelled(name)),
      });
    case 'close':
      if (state.round === 0) return;
      return addSteps(draft, context, state.round, {
        do: 'close',
        note: saveNote(draft, context, notes[effect.note](name)),
      });
    case 'rate':
      if (state.round === 0) return;
      return addSteps(draft, context, state.round, {
        do: 'rate',
        stars: effect.stars,
        note: saveNote(draft, context, notes.rated(name, effect.stars, effect.text), { feedback: effect.text.trim() }),
      });
    case 'newRound':
      state.round = 0;
      state.revived = false;
      state.desk = null;
      state.elsewhere = [];
      return;
    case 'newSession':
      return newSession(draft, context, effect);
    case 'askBot':
      // The bot answers what the desk refused, too, so that it goes where the answer goes.
      for (const { id } of state.undelivered.filter(({ heard, seq = 0 }) => !heard || seq > state.answered)) {
        takeUndelivered(draft, id);
        retry(draft, context, id);
        if (!state.alsoOpen.includes(id)) state.alsoOpen.push(id);
      }
      return askBot(draft, context);
    case 'remind': {
      const { timer } = effect;
      const ms = {
        askedTooLong: context.askingMs,
        transferTooLong: context.transferMs,
        waitedTooLong: context.waitingMs,
        ratingOver: context.ratingMs,
      }[timer];
      // One that runs begins again.
      draft.drop(({ task }) => task.lane === 'timer' && task.timer === timer);
      const ahead = timer === 'transferTooLong' ? stepsAhead(draft) : 0;
      const task: Task = { lane: 'timer', timer, epoch: state.handoff.epoch, ahead };
      return draft.add(context.newId(), task, { notBefore: draft.at + ms });
    }
  }
}
