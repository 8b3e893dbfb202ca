import type { BotEvent } from '../bots/bot.ts';
import { newBotSession } from '../stores/conversation-state.ts';
import { reachedPeople } from './bot-news.ts';
import { stepIn } from './bot-step.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Effect } from './handoff-event.ts';
import { askAnew, beginSession, tellBot } from './turns.ts';

/* What the bot knows from turn to turn of people: how the handoff stands, and how the session before ended. */

/** How the handoff stands, for the bot: now, and in the turns that follow. */
export function noteHandoff(draft: Draft, context: Context, news: Extract<BotEvent, { handoff: unknown }>): void {
  const { bot } = draft.state;
  bot.handoverSuccess = reachedPeople(news);
  if (news.type === 'handoff.accepted') bot.people ??= { from: draft.seq };
  else if (news.type !== 'handoff.ended') bot.people = null;
  bot.endReason = news.handoff.endReason;
  tellBot(draft, context, news);
}

/** The bot begins anew, and knows how the session before this one ended: with people, or without any. */
export function newSession(
  draft: Draft,
  context: Context,
  { words, why }: Extract<Effect, { do: 'newSession' }>,
): void {
  const { state } = draft;
  const { people, endReason } = state.bot;
  const { instruction, kept } = stepIn(words ?? '', state.bot);
  const previous = {
    endReason: why ?? endReason ?? 'agent_resolved',
    people: people && { from: people.from, upTo: draft.seq },
    instruction: instruction || null,
  };
  const { context: known, skills } = kept;
  state.bot = { ...state.bot, ...newBotSession(context.newId()), context: known, skills, previous };
  // An answer under way would bring back what the session before it knew.
  askAnew(draft, context);
  if (people || words !== undefined) beginSession(draft, context);
}
