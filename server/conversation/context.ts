import type { Away, Topic } from '../../shared/handoff.ts';
import type { Choice } from '../../shared/message.ts';
import type { BotEventName } from '../bots/bot.ts';
import type { DeskOp, Intent } from '../desks/desk.ts';
import type { RoutingRequest } from '../stores/conversation-state.ts';
import type { Decided } from './routing.ts';

/** What decisions need to know beside the conversation. */
export interface Context {
  newId(): string;
  /** Between 0 and 1. */
  chance(): number;
  /** `Desk.plan`. */
  plan(intent: Intent): DeskOp[];
  /** `Desk.home`. Empty while the desk has never been reached. */
  home: string;
  /** Which team, and why; or what to ask. The bot's name need not be among the facts. */
  route(wish: RoutingRequest): Decided;
  /** What the visitor is told where an active handoff is asked for by its name. @param language BCP 47 */
  handoffWords(name: string, language: string): string | undefined;
  /** The handoff for wishes that name nothing; undefined where the rules decide. */
  defaultHandoff: string | undefined;
  /** Nobody takes over here: the site, or its bot, has no people behind it. */
  isAlone: boolean;
  /** How long the person who helped last comes first, milliseconds; 0: nobody does. */
  lastPersonMs: number;
  /** Which topic the visitor's own words name, if any. */
  matchTopic(text: string, topics: Topic[]): Topic | undefined;
  /** What people call a team of the desk; of several labels, the current one. */
  labelOf(team: { key: string; name: string }, current?: string | null): string | null;
  /** What people at the desk call the visitor. */
  nameOf(visitor: string): string;
  greeting(language: string): { text: string; choices?: Choice[] };
  askingMs: number;
  transferMs: number;
  /** Whether the bot wants to be told of this. */
  botHears(event: BotEventName): boolean;
  /** That nobody is there now, and when somebody is again. Null while people are there. */
  awayAt(at: number): Away | null;
  /** How long nobody may be free before the visitor is offered something else. */
  waitingMs: number;
  ratingMs: number;
  /** Whether visitors are asked if it helped. */
  mayRate: boolean;
  onBotFailure: 'offer' | 'handoff';
  /** So many answers in a row that helped nobody count as a failure of the bot. 0: however many. */
  mostFallbacks: number;
  /** Whether a backup was restored that lacks what was said then, milliseconds since 1970. */
  isLost(at: number): boolean;
}
