import type { Author, Choice, File, Message } from '../../shared/message.ts';
import type { Words } from '../text/words.ts';
import { webAddress } from './web-address.ts';
import { Icon } from './Icon.tsx';
import { Mark } from './Mark.tsx';
import { memo } from './memo.ts';
import { Plain } from './Plain.tsx';
import { Prose } from './Prose.tsx';
import { Time } from './Time.tsx';
import { clock, fileSize } from './time.ts';

/**
 * How far a message of the visitor's has come. `kept`: the visitor is away; `waiting`: the relay is. `failed` says why,
 * where that can be said.
 */
export type SendState = 'sent' | 'sending' | 'kept' | 'waiting' | { failed: string | null };

interface Props {
  message: Message;
  words: Words;
  /** Addresses of files may be relative to it. */
  relay: string;
  /** The same speaker said something just before, or goes on after this. */
  follows: boolean;
  goesOn: boolean;
  /** The line above with the name: only where another one answers than before. */
  by: 'none' | 'name' | 'nameAndTeam';
  state: SendState;
  /** What can be pressed instead of writing; only under the last answer. */
  choices: readonly Choice[];
  /** `first`: nobody has said anything yet, and this is the greeting. `last`: the last thing that was said. */
  place: 'first' | 'last' | 'between';
  /** It was copied just now. */
  isCopied: boolean;
  on: BubbleActions;
}
/** What can be done with a message. */
export interface BubbleActions {
  choose: (choice: Choice) => void;
  retry: (id: string) => void;
  remove: (id: string) => void;
  copy: (message: Message) => void;
}

/** How an author is called: in the line above, and in the name of the article. */
export function authorName(author: Author, words: Words): string {
  switch (author.kind) {
    case 'visitor':
      return words.you;
    case 'bot':
      return words.assistant;
    case 'agent':
      return author.name;
    case 'system':
      return words.system;
  }
}

/** One thing somebody said. */
export const Bubble = memo((props: Props) => {
  const { message, words, follows, goesOn, by, state, choices, place, on } = props;
  const { author, text, at, files = [] } = message;
  const isVisitors = author.kind === 'visitor';
  const isBots = author.kind === 'bot';
  const stateWord = state === 'sent' ? clock(at, words) : progress(state, words);
  const name = [authorName(author, words), author.kind === 'agent' ? author.team : '', stateWord];
  // What was not sent says so of itself; everything else is said once, under the last of a group.
  const hasMeta = typeof state === 'object' || (!goesOn && (!isVisitors || state !== 'sent' || place === 'last'));
  const when = !isBots && !hasMeta && (
    <span class="when" aria-hidden="true">
      <Time at={at} words={words} />
    </span>
  );
  return (
    <article
      class="msg"
      part="message"
      data-from={author.kind}
      data-gutter={isVisitors || isBots ? undefined : ''}
      data-follows={follows ? '' : undefined}
      data-goes-on={goesOn ? '' : undefined}
      data-state={typeof state === 'object' ? 'failed' : state === 'waiting' ? 'kept' : state}
      aria-label={name.filter(Boolean).join(', ')}
      // With a touch nothing hovers: a tap shows the time, and the next one hides it.
      onClick={(event) => event.currentTarget.toggleAttribute('data-shown')}
    >
      {by !== 'none' && <By author={author} hasTeam={by === 'nameAndTeam'} words={words} />}
      {!isVisitors && !isBots && !follows && <Face author={author} />}
      {message.deleted ? (
        <p class="text" data-deleted>
          {words.deleted}
          {when}
        </p>
      ) : (
        (text !== '' || files.length === 0) &&
        (isVisitors ? (
          <Plain text={text}>{when}</Plain>
        ) : (
          <Prose text={text} words={words}>
            {when}
          </Prose>
        ))
      )}
      {files.map((file) => (
        <FileRow file={file} relay={props.relay} />
      ))}
      {isBots && place !== 'first' && <Tools {...props} />}
      {!isBots && hasMeta && <Meta {...props} />}
      {choices.length > 0 && (
        <div
          class="replies"
          role="group"
          aria-label={words.suggestions}
          data-size={place === 'first' ? 'rows' : undefined}
        >
          {choices.map((choice) => (
            <button class="btn" part="button" type="button" onClick={() => on.choose(choice)}>
              <bdi>{choice.title}</bdi>
              {place === 'first' && <Icon name="send" />}
            </button>
          ))}
        </div>
      )}
    </article>
  );
});

function progress(state: Exclude<SendState, 'sent'>, words: Words): string {
  if (typeof state === 'object') return words.notSent;
  return { sending: words.sending, kept: words.kept, waiting: words.keptByItself }[state];
}

/** What the desk says by itself is written by a program, as the assistant's words are. */
function Face({ author }: { author: Author }) {
  return <Mark who={author.kind === 'agent' ? author : { kind: 'bot' }} />;
}

function By({ author, hasTeam, words }: { author: Author; hasTeam: boolean; words: Words }) {
  const hint = author.kind === 'bot' ? words.automatic : author.kind === 'agent' && hasTeam ? author.team : undefined;
  return (
    <p class="by">
      {author.kind === 'bot' && <Face author={author} />}
      <b>
        <bdi class="name">{authorName(author, words)}</bdi>
      </b>
      {hint && <bdi>{hint}</bdi>}
    </p>
  );
}

/** What can be done with an answer, and when it came. */
function Tools({ message, words, choices, place, isCopied, on }: Props) {
  // Without a clipboard there is nothing to press.
  const canCopy = Boolean(navigator.clipboard) && message.text !== '';
  return (
    <div class="tools" data-at={place === 'last' && choices.length === 0 && canCopy ? 'rest' : undefined}>
      <Time at={message.at} words={words} />
      {canCopy && (
        <button class="btn" part="button" data-kind="quiet" type="button" onClick={() => on.copy(message)}>
          {isCopied ? words.copied : words.copy}
        </button>
      )}
    </div>
  );
}

function Meta({ message, words, state, on }: Props) {
  const time = <Time at={message.at} words={words} />;
  if (message.author.kind !== 'visitor') return <p class="meta">{time}</p>;
  if (state === 'sent')
    return (
      <p class="meta">
        <Icon name="tick" />
        {words.sent} {time}
      </p>
    );
  if (typeof state !== 'object') return <p class="meta">{progress(state, words)}</p>;
  return (
    <>
      <p class="meta bad">
        <Icon name="alert" />
        {words.notSent}
        <button class="btn" part="button" data-kind="quiet" type="button" onClick={() => on.retry(message.id)}>
          {words.retry}
        </button>
        <button class="btn" part="button" data-kind="quiet" type="button" onClick={() => on.remove(message.id)}>
          {words.delete}
        </button>
      </p>
      {state.failed !== null && <p class="meta bad">{state.failed}</p>}
    </>
  );
}

function FileRow({ file, relay }: { file: File; relay: string }) {
  const type = file.name.includes('.') ? file.name.split('.').at(-1)?.toUpperCase() : file.type;
  const address = webAddress(file.url, relay);
  const inside = (
    <>
      <Icon name="file" />
      <span>
        <b>
          <bdi>{file.name}</bdi>
        </b>
        <small>
          <bdi>{[type, file.size === undefined ? '' : fileSize(file.size)].filter(Boolean).join(', ')}</bdi>
        </small>
      </span>
    </>
  );
  return address ? (
    <a class="text file" href={address} target="_blank" rel="noopener noreferrer">
      {inside}
    </a>
  ) : (
    <p class="text file">{inside}</p>
  );
}
