import { z } from 'zod';
import { Choice } from '../../../shared/message.ts';
import { BotFailure, type Answer, type BotMistake, type BotWish, type OpenSkill, type Turn } from '../bot.ts';
import { mostReplies } from './request.ts';

/** More messages than this in one turn are not shown. */
const mostMessages = 20;
/** The longest message, in characters; the rest is cut off. */
const longestMessage = 32_000;
/** How much is told of what came to nothing, and how long a name in it may be. */
const mostMistakes = 20;
const longestName = 100;

const skillName = z.string().min(1).max(200);
const slots = z
  .record(z.string(), z.unknown())
  .transform((told): Record<string, string> =>
    Object.fromEntries(Object.entries(told).map(([name, value]) => [name, asText(value)])),
  );

const handoffName = z.string().min(1).max(200);
const teamName = z.union([z.string().min(1).max(200), z.number().int()]);
/** More of them, and longer ones, are not taken over. */
const mostAttributes = 20;
const longestAttribute = 500;
const attributes = z
  .record(z.string().regex(/^[A-Za-z][\w-]{0,39}$/), z.union([z.string(), z.number(), z.boolean()]))
  .transform((told): Record<string, string> =>
    Object.fromEntries(
      Object.entries(told)
        .slice(0, mostAttributes)
        .map(([name, value]) => [name, String(value).slice(0, longestAttribute)]),
    ),
  );

const quickReply = z
  .object({ title: Choice.shape.title.min(1), value: Choice.shape.value.nullish() })
  .transform(({ title, value }): Choice => ({ title, value: value ?? title }));

/** What is understood; fields that are not are ignored. */
const Action = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('message'),
    text: z.string().nullish(),
    quick_replies: z.array(quickReply).nullish(),
  }),
  z.object({
    action: z.literal('skill'),
    name: skillName,
    state: z.enum(['started', 'finished', 'aborted', 'suspended', 'resumed']),
    slots: slots.nullish(),
  }),
  z.object({
    action: z.literal('skills'),
    open: z.array(z.object({ name: skillName, slots: slots.nullish() })).max(100),
  }),
  z.object({
    action: z.literal('context'),
    set: z.record(z.string(), z.unknown()).nullish(),
    unset: z.array(z.string()).nullish(),
  }),
  z.object({
    action: z.literal('handoff'),
    target: z
      .object({
        handoff: handoffName.nullish(),
        team: teamName.nullish(),
        skill: skillName.nullish(),
      })
      .nullish(),
    // The same, without the target around it; and a handoff that has a name.
    name: handoffName.nullish(),
    team: teamName.nullish(),
    skills: z.array(skillName).max(100).nullish(),
    attributes: attributes.nullish(),
    reason: z.string().max(2_000).nullish(),
    summary: z.string().max(10_000).nullish(),
    text: z.string().nullish(),
  }),
  z.object({ action: z.literal('fallback'), text: z.string().nullish() }),
  z.object({ action: z.literal('close'), text: z.string().nullish(), resolve: z.boolean().nullish() }),
  z.object({ action: z.literal('error'), code: z.string().max(200).nullish(), retry: z.boolean().nullish() }),
]);
type Action = z.output<typeof Action>;
const understood: ReadonlySet<unknown> = new Set(Action.options.map(({ shape }) => shape.action.value));
/** They say nothing that a visitor would miss. */
const passedOver: ReadonlySet<unknown> = new Set(['typing', 'end']);

const Reply = z.object({
  v: z.literal(1).optional(),
  turn: z.string().optional(),
  epoch: z.number().optional(),
  actions: z.array(z.looseObject({ action: z.string().optional(), type: z.string().optional() })),
});

/**
 * What a bot's reply means.
 * @param body the parsed JSON
 * @throws {BotFailure} where it is not a reply, or one to another turn, or says nothing
 */
export function readReply(body: unknown, turn: Turn): Answer {
  const reply = Reply.safeParse(body);
  if (!reply.success) throw new BotFailure(`the bot's reply is not understood: ${where(reply.error)}`);
  const { data } = reply;
  if (data.turn !== undefined && data.turn !== turn.id) throw new BotFailure('the bot replied to another turn');
  if (data.epoch !== undefined && data.epoch !== turn.epoch)
    throw new BotFailure('the bot replied under another epoch');

  const answer: Answer = { messages: [], context: { ...turn.context }, skills: [...turn.skills] };
  data.actions.forEach((each, at) => {
    const action = { ...each, action: each.action ?? each.type };
    // Such as what later versions bring: the rest counts all the same.
    if (!understood.has(action.action)) {
      if (!passedOver.has(action.action)) mistake(answer, 'unknown_action', action.action);
      return;
    }
    const read = Action.safeParse(action);
    if (!read.success) throw new BotFailure(`the bot's action ${at + 1} is not understood: ${where(read.error)}`);
    apply(answer, read.data);
  });
  if (!turn.event && answer.messages.length === 0 && !answer.handoff)
    throw new BotFailure('the bot had nothing to say');
  if (answer.messages.length > mostMessages) mistake(answer, 'too_many_messages');
  answer.messages = answer.messages.slice(0, mostMessages);
  return answer;
}

/** What comes to nothing is said once for each kind. */
function mistake(answer: Answer, code: BotMistake['code'], name = ''): void {
  const named = name ? { name: name.slice(0, longestName) } : {};
  const before = answer.mistakes ?? [];
  if (!before.some((one) => one.code === code && one.name === named.name)) {
    answer.mistakes = [...before, { code, ...named }].slice(0, mostMistakes);
  }
}

function apply(answer: Answer, action: Action): void {
  switch (action.action) {
    case 'message':
      if ((action.quick_replies?.length ?? 0) > mostReplies) mistake(answer, 'too_many_replies');
      return say(answer, action.text, action.quick_replies?.slice(0, mostReplies));
    case 'skill': {
      const before = answer.skills.find(({ name }) => name === action.name);
      const rest = answer.skills.filter(({ name }) => name !== action.name);
      if (action.state === 'finished' || action.state === 'aborted') {
        answer.skills = rest;
        return;
      }
      const skill: OpenSkill = { name: action.name, slots: { ...before?.slots, ...action.slots } };
      // The newest is the last; one that is put aside is still unfinished.
      answer.skills = action.state === 'suspended' ? [skill, ...rest] : [...rest, skill];
      return;
    }
    case 'skills':
      answer.skills = action.open.map(({ name, slots }) => ({ name, slots: slots ?? {} }));
      return;
    case 'context':
      Object.assign(answer.context, action.set);
      for (const name of action.unset ?? []) delete answer.context[name];
      return;
    case 'handoff':
      say(answer, action.text);
      answer.handoff ??= wish(action);
      return;
    case 'fallback':
      say(answer, action.text);
      answer.fallback = true;
      return;
    case 'close':
      say(answer, action.text);
      answer.skills = [];
      answer.close = { resolve: action.resolve === true };
      return;
    case 'error':
      // A bot that knows it has failed and asks for a person has done its best.
      if (answer.handoff) return;
      throw new BotFailure(`the bot says that it failed${isName(action.code) ? ` (${action.code})` : ''}`, {
        retry: action.retry === true,
      });
  }
}

/** Nothing is said after the wish for a person. */
function say(answer: Answer, text: string | null | undefined, choices: Choice[] = []): void {
  if (!text?.trim()) return;
  if (answer.handoff) return mistake(answer, 'after_handoff');
  const isTooLong = text.length > longestMessage;
  if (isTooLong) mistake(answer, 'too_long');
  const cut = isTooLong ? `${text.slice(0, longestMessage)}…` : text;
  answer.messages.push(choices.length > 0 ? { text: cut, choices } : { text: cut });
}

function wish({
  target,
  name,
  team,
  skills,
  attributes,
  reason,
  summary,
}: Extract<Action, { action: 'handoff' }>): BotWish {
  const wanted = target?.team ?? team;
  const handoff = target?.handoff ?? name;
  return {
    reason: reason || 'bot_asked',
    ...(handoff != null && { name: handoff }),
    ...(wanted != null && { team: wanted }),
    ...(target?.skill != null && { skill: target.skill }),
    ...(skills && skills.length > 0 && { skills }),
    ...(attributes && Object.keys(attributes).length > 0 && { attributes }),
    ...(summary && { summary }),
  };
}

/** A code and no sentence: it is logged, and a sentence may hold what the visitor wrote. */
const isName = (code: string | null | undefined): boolean => /^[\w.-]{1,64}$/.test(code ?? '');

const asText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** Where the first mistake is, never what stands there: a bot's words may be a visitor's. */
function where(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.map(String).join('.') || 'the whole'} (${issue?.code ?? 'wrong'})`;
}
