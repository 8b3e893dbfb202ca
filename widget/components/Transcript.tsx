import type { ComponentChildren } from 'preact';
import type { Author, Choice, Message } from '../../shared/message.ts';
import type { LogEvent, SiteInfo } from '../../shared/protocol.ts';
import type { Entry } from '../state/saved.ts';
import type { Words } from '../text/words.ts';
import { firstName } from './dock-kind.ts';
import { Bubble, type BubbleActions, type SendState } from './Bubble.tsx';
import { Glyph } from './Icon.tsx';
import { Mark } from './Mark.tsx';
import { memo } from './memo.ts';
import { noticeOf, type NoticeText } from './notices.ts';
import { Sentence } from './Sentence.tsx';
import { nextStay, noStay } from './stay.ts';
import { Time } from './Time.tsx';
import { dayName, isSameDay, isTime } from './time.ts';

interface Props {
  events: readonly LogEvent[];
  unsent: readonly Entry[];
  site: SiteInfo | null;
  words: Words;
  /** The relay's address. */
  relay: string;
  /** When today began, in milliseconds since 1970. */
  today: number;
  /** The bot answers, so what it offers may be pressed. */
  canChoose: boolean;
  stateOf: (entry: Entry) => SendState;
  /** Messages that the desk refused, and those of them that something is done about. */
  undelivered: ReadonlySet<string>;
  mending: ReadonlyMap<string, unknown>;
  /** Who is at it, where the dock has no room to say so: it shows a card, or the way to a person. */
  typing: Author | null;
  /** The message that was copied just now. */
  copied: string | null;
  on: BubbleActions;
}

const none: readonly Choice[] = [];
/** What stands in the dock already is not offered a second time. */
function withoutDocks(choices: readonly Choice[], words: Words): readonly Choice[] {
  const isDocks = ({ title }: Choice) => title === words.talkToPerson;
  return choices.some(isDocks) ? choices.filter((choice) => !isDocks(choice)) : choices;
}
const notDelivered: SendState = { failed: null };
/** Two texts of one speaker belong together if no more than this lies between them, in milliseconds. */
const thoughtMs = 5 * 60_000;

const isSameAuthor = (one: Author, other: Author) =>
  one.kind === other.kind && (one.kind !== 'agent' || other.kind !== 'agent' || one.name === other.name);

/** What belongs together: said by the same, one after the other. */
const belongTogether = (one: Message, other: Message) =>
  isSameAuthor(one.author, other.author) && Math.abs(one.at - other.at) < thoughtMs && isSameDay(one.at, other.at);

interface MessageRow {
  message: Message;
  entry?: Entry;
}
type Row = MessageRow | ({ event: Exclude<LogEvent, { kind: 'message' }> } & NoticeText);

/** Everything said and everything that happened, in the log's order, and then what is on its way. */
export const Transcript = memo((props: Props) => {
  const { events, unsent, site, words, today, canChoose, typing } = props;
  const isFirst = events.length === 0;
  if (isFirst && unsent.length === 0 && !site) return null;
  const rows = rowsOf(props);
  const isUndelivered = ({ id }: Message) => props.undelivered.has(id);
  const isFailed = ({ message, entry }: MessageRow) => entry?.failed !== undefined || isUndelivered(message);
  const lastMessage = rows.findLast((row) => 'message' in row);
  const drawn: ComponentChildren[] = [];
  let day = today;
  /** Whose words the visitor reads last, and which team was told with whose name. */
  let speaker: Author | undefined;
  const teams = new Map<string, string | undefined>();
  rows.forEach((row, index) => {
    const { at } = 'message' in row ? row.message : row.event;
    if (!isSameDay(at, day)) {
      drawn.push(
        <p class="day" key={`day ${at}`}>
          {dayName(at, today, words)}
        </p>,
      );
      day = at;
    }
    if ('event' in row) {
      // Another one answers from here, even if it is the same again.
      if (row.glyph) speaker = undefined;
      drawn.push(
        <p class="notice" key={row.event.seq}>
          {row.glyph && <Glyph name={row.glyph} />}
          <span>
            <Sentence text={row.text} names={row.names} />
            {!row.text.endsWith('.') && isTime(at) && (
              <>
                {' · '}
                <Time at={at} words={words} />
              </>
            )}
          </span>
        </p>,
      );
      return;
    }
    const { message, entry } = row;
    const { author } = message;
    const previous = rows[index - 1];
    const next = rows[index + 1];
    let by: 'none' | 'name' | 'nameAndTeam' = 'none';
    if (author.kind !== 'visitor' && !(speaker && isSameAuthor(speaker, author))) {
      const isTeamTold = author.kind === 'agent' && teams.get(author.name) === author.team;
      // The cover has said who greets.
      if (!isFirst || unsent.length > 0) by = isTeamTold ? 'name' : 'nameAndTeam';
      if (author.kind === 'agent') teams.set(author.name, author.team);
      speaker = author;
    }
    // While a person is awaited nothing is done with what the assistant said.
    const isOpen = author.kind !== 'bot' || canChoose;
    drawn.push(
      <Bubble
        key={message.id}
        message={message}
        words={words}
        relay={props.relay}
        follows={previous !== undefined && 'message' in previous && belongTogether(previous.message, message)}
        goesOn={
          next !== undefined &&
          'message' in next &&
          belongTogether(message, next.message) &&
          isFailed(next) === isFailed(row) &&
          Boolean(next.entry) === Boolean(entry)
        }
        by={by}
        state={
          entry
            ? props.stateOf(entry)
            : !isUndelivered(message)
              ? 'sent'
              : props.mending.has(message.id)
                ? 'sending'
                : notDelivered
        }
        choices={row === lastMessage && canChoose ? withoutDocks(message.choices ?? none, words) : none}
        place={isFirst && unsent.length === 0 ? 'first' : row === lastMessage && isOpen ? 'last' : 'between'}
        isCopied={props.copied === message.id}
        on={props.on}
      />,
    );
  });
  return (
    <>
      {drawn}
      {typing && <Typing author={typing} words={words} />}
    </>
  );
});

function Typing({ author, words }: { author: Author; words: Words }) {
  const isPerson = author.kind === 'agent';
  return (
    <p class="by">
      <Mark who={isPerson ? author : { kind: 'bot' }} />
      <span class="dots">
        <i />
        <i />
        <i />
      </span>
      <span>{isPerson ? words.isTyping(firstName(author.name)) : words.isAnswering}</span>
    </p>
  );
}

function rowsOf({ events, unsent, site, words }: Props): Row[] {
  const rows: Row[] = [];
  if (events.length === 0 && site) {
    const { greeting: text, suggestions: choices, now: at } = site;
    rows.push({ message: { id: '', author: { kind: 'bot' }, text, at, choices } });
  }
  let handoff: Extract<LogEvent, { kind: 'handoff' }> | undefined;
  let stay = noStay;
  for (const event of events) {
    if (event.kind === 'message') {
      rows.push({ message: event.message });
      continue;
    }
    const notice = noticeOf(event, { handoff, stay }, words);
    if (notice) rows.push({ event, ...notice });
    if (event.kind === 'handoff') handoff = event;
    stay = nextStay(stay, event);
  }
  for (const entry of unsent) {
    const { id, text, at } = entry;
    rows.push({ message: { id, author: { kind: 'visitor' }, text, at }, entry });
  }
  return rows;
}
