import { compare } from '../kit/judge.ts';
import { markOf, type LogEvent } from '../kit/visitor.ts';

/*
 * Compares for one visitor what was said, what the relay's log has, what each tab shows and what stands at the desk, in
 * the end, when nothing is under way any more. Words that are numbered (`v3.12`, `a3.4`, `b77`) are unlike all others.
 */

/** All that is known of one visitor. */
export interface Testimony {
  name: string;
  /** The visitor's words in the order they were sent in. */
  sent: readonly { text: string; acknowledged: boolean }[];
  /** The agents' words in the order they were said in; `certain`: the desk has answered that it has them. */
  spoken: readonly { thread: number; text: string; certain: boolean }[];
  /** The relay's log, as it stands in the database. */
  log: readonly LogEvent[];
  /** What each tab shows. `changed`: numbers under which it was told two different things. */
  tabs: readonly { name: string; events: readonly LogEvent[]; changed: readonly string[] }[];
  /** What everybody may read at the desk, in the order it was written down there, whatever thread it is in. */
  desk: readonly { thread: number; text: string }[];
  /** Threads that are open at the desk. */
  open: readonly number[];
  /** What the relay still has to do for this visitor, in words. */
  undone: readonly string[];
}

export interface Difference {
  kind: 'lost' | 'doubled' | 'reordered' | 'different' | 'spoken' | 'stuck';
  visitor: string;
  where: string;
  /** What is so, in words; it begins with what it is about. */
  what: string;
}

/** What may heal while things are under way; everything else stays as it is. */
export const mayHeal = ({ kind }: Difference): boolean => kind === 'lost' || kind === 'stuck';

const isNumbered = (text: string) => /^(v\d+\.\d+|a\d+\.\d+|b\d+:)/.test(text);
const wordsIn = (text: string) => text.match(/v\d+\.\d+/g) ?? [];
const peopleOwn = new Set(['waiting', 'human', 'hold', 'async']);
/** Phases in which somebody at the desk has to see the thread among the open ones. */
const isOpenIn = new Set(['waiting', 'human']);

/** @returns what is not as it should be, what tells most first; empty where all is well */
export function judge(of: Testimony): Difference[] {
  return [
    ...judgeLog(of),
    ...judgeBot(of),
    ...judgeDesk(of),
    ...of.tabs.flatMap((tab) => judgeTab(of, tab)),
    ...judgeEnd(of),
  ];
}

type Of = Testimony;
const told = ({ name }: Of, kind: Difference['kind'], where: string, what: string): Difference => ({
  kind,
  visitor: name,
  where,
  what,
});

function found(of: Of, where: string, expected: { text: string; must: boolean }[], there: readonly string[]) {
  return compare(expected, there, where).map(({ kind, text }) => told(of, kind, where, `“${text}”`));
}

const messagesOf = (of: Of, ...kinds: string[]) =>
  of.log.flatMap(({ message }) => (message && kinds.includes(message.author.kind) ? [message] : []));

/** What was said is in the log once, in the order it was said in; of agents, within one thread. */
function judgeLog(of: Of): Difference[] {
  const gap = of.log.findIndex(({ seq }, index) => seq !== index + 1);
  const texts = messagesOf(of, 'visitor', 'agent').map(({ text }) => text);
  const threads = [...new Set(of.spoken.map(({ thread }) => thread))];
  return [
    ...(gap < 0 ? [] : [told(of, 'lost', 'log', `number ${gap + 1} is missing`)]),
    ...found(
      of,
      'log',
      of.sent.map(({ text, acknowledged }) => ({ text, must: acknowledged })),
      texts,
    ),
    ...threads.flatMap((thread) => {
      const words = of.spoken.filter((each) => each.thread === thread);
      return found(
        of,
        'log',
        words.map(({ text, certain }) => ({ text, must: certain })),
        texts,
      );
    }),
  ];
}

/** The bot speaks while the conversation is its own, and answers each word once at the most. */
function judgeBot(of: Of): Difference[] {
  const differences: Difference[] = [];
  const answered = new Map<string, string>();
  let phase = 'bot';
  for (const { seq, handoff, message } of of.log) {
    phase = handoff?.phase ?? phase;
    if (message?.author.kind !== 'bot' || !isNumbered(message.text)) continue;
    if (phase !== 'bot') {
      const who = peopleOwn.has(phase) ? 'while people have the conversation' : 'out of turn';
      differences.push(told(of, 'spoken', 'log', `“${message.text}”: the bot spoke ${who} (${phase}), number ${seq}`));
    }
    for (const word of wordsIn(message.text)) {
      const before = answered.get(word);
      if (before)
        differences.push(told(of, 'doubled', 'log', `“${word}”: answered by “${before}” and by “${message.text}”`));
      answered.set(word, message.text);
    }
  }
  return differences;
}

/** The desk has the visitor's and the bot's words once, in the order of the log, and none that the log does not have. */
function judgeDesk(of: Of): Difference[] {
  const expected = messagesOf(of, 'visitor', 'bot').filter(({ text }) => isNumbered(text));
  const known = new Set([...expected.map(({ text }) => text), ...of.spoken.map(({ text }) => text)]);
  const strange = of.desk.filter(({ text }) => isNumbered(text) && !known.has(text));
  return [
    ...found(
      of,
      'desk',
      expected.map(({ text }) => ({ text, must: true })),
      of.desk.map(({ text }) => text),
    ),
    ...strange.map(({ text, thread }) =>
      told(of, 'different', 'desk', `“${text}” stands in thread ${thread} and not in the log`),
    ),
  ];
}

/** A tab shows the log, all of it, and nothing else. */
function judgeTab(of: Of, { name, events, changed }: Of['tabs'][number]): Difference[] {
  const shows = new Map(events.map((event) => [event.seq, event]));
  const line = (event: LogEvent) => (event.message ? `“${event.message.text}”` : `[${event.because ?? event.kind}]`);
  const first = of.log.find((event) => {
    const shown = shows.get(event.seq);
    return !shown || markOf(shown) !== markOf(event) || shown.message?.text !== event.message?.text;
  });
  const beyond = events.find(({ seq }) => seq > of.log.length);
  const shown = first && shows.get(first.seq);
  return [
    ...changed.map((what) => told(of, 'different', name, `number ${what}: two things under one number`)),
    ...(beyond
      ? [told(of, 'different', name, `${line(beyond)}, number ${beyond.seq}, is shown and not in the log`)]
      : []),
    ...(first && shown
      ? [told(of, 'different', name, `number ${first.seq} is ${line(first)}, and it shows ${line(shown)}`)]
      : []),
    ...(first && !shown ? [told(of, 'lost', name, `${line(first)}, number ${first.seq}, is not shown`)] : []),
  ];
}

/** Nothing waits any more. */
function judgeEnd(of: Of): Difference[] {
  const never = of.sent.filter(({ acknowledged }) => !acknowledged);
  const phase = of.log.findLast(({ handoff }) => handoff)?.handoff?.phase ?? 'bot';
  const waits = phase === 'bot' ? unanswered(of.log) : [];
  const stuck = (where: string, what: string) => told(of, 'stuck', where, what);
  return [
    ...never.map(({ text }) => stuck('visitor', `“${text}” was never acknowledged`)),
    ...of.undone.map((what) => stuck('relay', what)),
    ...(phase === 'transferring' ? [stuck('log', 'the handoff is under way and does not end')] : []),
    ...(isOpenIn.has(phase) && of.open.length === 0 ? [stuck('desk', 'people have it, and no thread is open')] : []),
    ...waits.map((text) => stuck('bot', `“${text}” is not answered`)),
  ];
}

/** What the visitor said since it is the bot's turn, and nobody has answered. */
function unanswered(log: readonly LogEvent[]): string[] {
  const waits = new Set<string>();
  for (const { kind, handoff, message } of log) {
    if (handoff || kind === 'botFailed') waits.clear();
    if (message?.author.kind === 'visitor') for (const word of wordsIn(message.text)) waits.add(word);
    if (message?.author.kind === 'bot') for (const word of wordsIn(message.text)) waits.delete(word);
  }
  return [...waits];
}

/** How it is told: `lost at the desk, visitor 3: “v3.12”`. */
export const describe = ({ kind, where, visitor, what }: Difference): string =>
  `${kind === 'spoken' ? 'spoken out of turn' : kind}, visitor ${visitor}, ${where}: ${what}`;
