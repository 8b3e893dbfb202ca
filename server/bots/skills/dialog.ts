import { z } from 'zod';
import type { Choice } from '../../../shared/message.ts';
import { inLanguage } from '../../words.ts';
import type { Answer, OpenSkill, Turn } from '../bot.ts';
import { hear } from './hear.ts';
import type { Matcher } from './matcher.ts';
import { botWords, wantsPerson, wantsToStop, type BotWords } from './phrases.ts';
import type { Skill, SkillSet, Slot } from './skill-file.ts';
import { fillIn, findSlot, readSlot } from './slot.ts';

/*
 * One turn of the built-in bot; pure, so that the same turn has the same answer. Several skills may be unfinished at
 * once: the last of them is the one being filled.
 */

/** What is kept from turn to turn, beside the unfinished skills. */
const Kept = z.object({
  /** Turns without an answer, in a row. */
  lost: z.number().int().catch(0),
  /** Answers to the question at hand that did not fit. */
  misfits: z.number().int().catch(0),
});

type Message = Answer['messages'][number];

interface Table {
  /** Whether a person can take over. */
  people: boolean;
  set: SkillSet;
  matcher: Matcher;
  language: string;
  words: BotWords;
}

export function takeTurn(set: SkillSet, matcher: Matcher, turn: Turn): Answer {
  const { language } = turn;
  const table = { people: !turn.alone, set, matcher, language, words: inLanguage(botWords, language) as BotWords }; // it holds English
  const kept = Kept.parse(turn.context);
  // Skills that are not (any more) in the file cannot be finished here.
  const open = turn.skills.filter((each) => matcher.named(each.name) !== undefined);
  if (turn.event) return resume(table, turn, open);
  const heard = hear(turn.choice?.value ?? turn.text);
  const said = heard.text;

  if (heard.folded.some(wantsPerson)) return askForPerson(table, open);
  if (open.length > 0 && heard.folded.some(wantsToStop)) return stop(table, open);

  const filling = open.at(-1);
  const slot = filling && nextSlot(matcher.named(filling.name), filling.slots);
  const offered = slot?.replies && Object.values(slot.replies).flat();
  const answersSlot = turn.choice !== null && offered?.some(({ value }) => value === turn.choice?.value);
  const named = heard.lines
    .map((line, at) => matcher.named(line) ?? matcher.exact(heard.folded[at] ?? ''))
    .findLast((skill) => skill !== undefined);
  if (named && !answersSlot) return begin(table, named, open, said);

  if (filling && slot) {
    const value = readSlot(slot, said);
    if (value !== undefined) return go(table, open, { ...filling, slots: { ...filling.slots, [slot.name]: value } });
  }
  const meant = matcher.probable(heard.folded.join(' ').trim(), language);
  if (meant && meant.name !== filling?.name) return begin(table, meant, open, said);
  if (heard.folded.some(wantsToStop))
    return { messages: [message(table.words.nothingToStop)], context: {}, skills: [] };
  if (slot) return askAgain(table, open, slot, kept.misfits + 1);
  return haveNoAnswer(table, open, kept.lost + 1);
}

/** After people: what the person who gave the visitor back has named, else the question that is still open, else nothing. */
function resume(table: Table, { session }: Turn, open: OpenSkill[]): Answer {
  const heard = hear(session.previous?.instruction ?? '');
  const folded = heard.folded.join(' ').trim();
  const meant =
    table.matcher.named(heard.text.trim()) ??
    table.matcher.exact(folded) ??
    table.matcher.probable(folded, table.language);
  if (meant && folded !== '') return begin(table, meant, open, heard.text);
  return { messages: askOpen(table, open), context: {}, skills: open };
}

/** Begins a skill, or takes up the one that is unfinished. Without questions it is answered at once. */
function begin(table: Table, skill: Skill, open: OpenSkill[], said: string): Answer {
  const before = open.find((each) => each.name === skill.name);
  const told = skill.slots.flatMap((slot) => {
    const value = findSlot(slot, said);
    return value === undefined ? [] : [[slot.name, value] as const];
  });
  return go(table, open, { name: skill.name, slots: { ...before?.slots, ...Object.fromEntries(told) } });
}

/** Asks for what is missing in the newest skill, or finishes it. */
function go(table: Table, open: OpenSkill[], current: OpenSkill): Answer {
  const skill = table.matcher.named(current.name);
  const others = open.filter((each) => each.name !== current.name);
  const missing = nextSlot(skill, current.slots);
  if (missing) return { messages: [ask(table, missing)], context: {}, skills: [...others, current] };

  const words = skill?.answer && inLanguage(skill.answer, table.language);
  const messages = words ? [message(fillIn(words, current.slots), pick(table, skill.replies))] : [];
  if (!skill?.handoff) return { messages: [...messages, ...askOpen(table, others)], context: {}, skills: others };
  return {
    messages: messages.length > 0 || !table.people ? messages : [message(table.words.passedOn)],
    context: {},
    skills: others,
    handoff: {
      reason: 'needs_person',
      ...(typeof skill.handoff === 'string' ? { name: skill.handoff } : {}),
      skill: current.name,
      ...summaryOf(current),
    },
  };
}

/** What was told for a skill that ends with a person: it is not unfinished, so the note would not have it otherwise. */
function summaryOf({ slots }: OpenSkill): { summary?: string } {
  const lines = Object.entries(slots).map(([slot, value]) => `${slot}: ${value}`);
  return lines.length > 0 ? { summary: lines.join('\n') } : {};
}

function askForPerson({ words, people }: Table, open: OpenSkill[]): Answer {
  // Where nobody can take over, the relay says so.
  return {
    messages: people ? [message(words.passedOn)] : [],
    context: {},
    skills: open,
    handoff: { reason: 'visitor_asked' },
  };
}

function stop(table: Table, open: OpenSkill[]): Answer {
  const rest = open.slice(0, -1);
  return { messages: [message(table.words.stopped), ...askOpen(table, rest)], context: {}, skills: rest };
}

function askAgain(table: Table, open: OpenSkill[], slot: Slot, misfits: number): Answer {
  const { words, language, people } = table;
  const again = inLanguage(slot.again ?? {}, language) ?? `${words.notUnderstood} ${inLanguage(slot.ask, language)}`;
  const choices = pick(table, slot.replies) ?? [];
  const messages =
    misfits < 3
      ? [message(again, choices)]
      : [message(people ? `${again} ${words.orPerson}` : again, [...choices, ...personChoice(table)])];
  return { messages, context: { misfits }, skills: open, fallback: true };
}

function haveNoAnswer(table: Table, open: OpenSkill[], lost: number): Answer {
  const { set, words, language, people } = table;
  const first = lost < 2;
  const own = people ? words.noAnswer : words.noAnswerAlone;
  const text = first || !people ? (inLanguage(set.fallback ?? {}, language) ?? own) : words.stillNoAnswer;
  const choices = [...personChoice(table), ...(first ? (pick(table, set.suggestions) ?? []) : [])];
  return { messages: [message(text, choices)], context: { lost }, skills: open, fallback: true };
}

/** The question of what was begun earlier, once something later is over. */
function askOpen(table: Table, open: OpenSkill[]): Message[] {
  const newest = open.at(-1);
  const slot = newest && nextSlot(table.matcher.named(newest.name), newest.slots);
  if (!slot) return [];
  const question = ask(table, slot);
  return [{ ...question, text: `${table.words.stillOpen} ${question.text}` }];
}

const nextSlot = (skill: Skill | undefined, told: Record<string, string>): Slot | undefined =>
  skill?.slots.find(({ name }) => !Object.hasOwn(told, name));

const ask = (table: Table, slot: Slot): Message =>
  message(inLanguage(slot.ask, table.language) ?? '', pick(table, slot.replies));

const pick = (table: Table, replies: Skill['replies']): Choice[] | undefined =>
  replies && inLanguage(replies, table.language);

const personChoice = ({ words, people }: Table): Choice[] =>
  people ? [{ title: words.person, value: words.person }] : [];

const message = (text: string, choices: Choice[] = []): Message => (choices.length > 0 ? { text, choices } : { text });
