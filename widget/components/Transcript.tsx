import type { ComponentChildren } from 'preact';
import type { Author, Choice, Message } from '../../shared/message.ts';
import type { LogEvent, SiteInfo } from '../../shared/protocol.ts';
import type { Entry } from '../state/saved.ts';
import type { Words } from '../text/words.ts';
import { authorName, Bubble, type BubbleActions, type SendState } from './Bubble.tsx';
import { Glyph } from './Icon.tsx';
import { Mark } from './Mark.tsx';
import { memo } from './memo.ts';
import { noticeOf, type NoticeText } from './notices.ts';
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
  typing: Author | null;
  on: BubbleActions;
}

const none: readonly Choice[] = [];
const notDelivered: SendState = { failed: null };
/** Two texts of one speaker belong together if no more than this lies between them, in milliseconds. */
const thoughtMs = 5 * 60_000;

/** What belongs together: said by the same, one after the other. */
const isSameSpeaker = (one: Message, other: Message) =>
  one.author.kind === other.author.kind &&
  (one.author.kind !== 'agent' || other.author.kind !== 'agent' || one.author.name === other.author.name) &&
  Math.abs(one.at - other.at) < thoughtMs;

type Row = { message: Message; entry?: Entry } | ({ event: Exclude<LogEvent, { kind: 'message' }> } & NoticeText);

/** Everything said and everything that happened, in the log's order, and then what is on its way. */
export const Transcript = memo((props: Props) => {
  const { events, unsent, site, words, today, canChoose, typing } = props;
  if (!site && events.length === 0 && unsent.length === 0) return null;
  const rows: Row[] = [];
  let before: Extract<LogEvent, { kind: 'handoff' }> | undefined;

  if (events.length === 0 && site) {
    const message: Message = {
      id: '',
      author: { kind: 'bot' },
      text: site.greeting,
      at: site.now,
      choices: site.suggestions,
    };
    rows.push({ message });
  }
  for (const event of events) {
    if (event.kind === 'message') {
      rows.push({ message: event.message });
      continue;
    }
    const notice = noticeOf(event, before, words);
    if (notice) rows.push({ event, ...notice });
    if (event.kind === 'handoff') before = event;
  }
  for (const entry of unsent) {
    const { id, text, at } = entry;
    rows.push({ message: { id, author: { kind: 'visitor' }, text, at }, entry });
  }
  const isUndelivered = ({ id }: Message) => props.undelivered.has(id);
  const lastMessage = rows.findLast((row) => 'message' in row);
  const drawn: ComponentChildren[] = [];
  let day = today;
  rows.forEach((row, index) => {
    const { at } = 'message' in row ? row.message : row.event;
    if (!isSameDay(at, day)) {
      drawn.push(
        <p class="day" key={`day ${at}`}>
          <span>{dayName(at, today, words)}</span>
        </p>,
      );
      day = at;
    }
    if ('event' in row) {
      drawn.push(
        <p class="notice" key={row.event.seq}>
          {row.glyph && <Glyph name={row.glyph} />}
          {row.text}
          {!row.text.endsWith('.') && isTime(at) && (
            <>
              {' · '}
              <Time at={at} words={words} />
            </>
          )}
        </p>,
      );
      return;
    }
    const { message, entry } = row;
    const previous = rows[index - 1];
    const next = rows[index + 1];
    const isFailed = (other: typeof row) => other.entry?.failed !== undefined || isUndelivered(other.message);
    const follows =
      previous !== undefined &&
      'message' in previous &&
      isSameSpeaker(previous.message, message) &&
      isSameDay(previous.message.at, at);
    const goesOn =
      next !== undefined &&
      'message' in next &&
      isSameSpeaker(message, next.message) &&
      isFailed(next) === isFailed(row) &&
      Boolean(next.entry) === Boolean(entry);
    drawn.push(
      <Bubble
        key={message.id}
        message={message}
        words={words}
        relay={props.relay}
        follows={follows}
        goesOn={goesOn}
        state={
          entry
            ? props.stateOf(entry)
            : !isUndelivered(message)
              ? 'sent'
              : props.mending.has(message.id)
                ? 'sending'
                : notDelivered
        }
        choices={row === lastMessage && canChoose ? (message.choices ?? none) : none}
        isLast={canChoose && events.length > 0 && index === rows.length - 1}
        on={props.on}
      />,
    );
  });
  return (
    <>
      {events.length === 0 && unsent.length === 0 && site && <Intro site={site} words={words} />}
      {drawn}
      {typing && <Typing author={typing} words={words} />}
    </>
  );
});

function Typing({ author, words }: { author: Author; words: Words }) {
  const isBot = author.kind !== 'agent';
  const [first = ''] = authorName(author, words).split(' ');
  return (
    <p class="typing">
      <Mark who={isBot ? { kind: 'bot' } : { kind: 'agent', name: author.name }} />
      <span>{isBot ? words.isAnswering : words.isTyping(first)}</span>
      <i />
      <i />
      <i />
    </p>
  );
}

function Intro({ site, words }: { site: SiteInfo; words: Words }) {
  return (
    <div class="intro">
      <h3>
        <bdi>{site.name}</bdi>
      </h3>
      {site.intro && <p dir="auto">{site.intro}</p>}
      <ul role="list">
        <li class="holder">
          <Mark who={{ kind: 'bot' }} />
          <div>
            <b>{words.introAssistant}</b>
            <p>{words.introAssistantHint}</p>
          </div>
        </li>
        <li class="holder">
          <Mark who={{ kind: 'seat' }} />
          <div>
            <b>{words.introPerson}</b>
            <p>{words.introPersonHint}</p>
          </div>
        </li>
      </ul>
    </div>
  );
}
