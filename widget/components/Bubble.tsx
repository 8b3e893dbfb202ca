import type { Author, Choice, File, Message } from '../../shared/message.ts';
import type { Words } from '../text/words.ts';
import { Icon } from './Icon.tsx';
import { Mark } from './Mark.tsx';
import { memo } from './memo.ts';
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
  state: SendState;
  /** What can be pressed instead of writing; only under the last answer. */
  choices: readonly Choice[];
  /** The bot's answer that nothing was said to yet. */
  isLast: boolean;
  on: BubbleActions;
}
/** What can be done with a message. */
export interface BubbleActions {
  choose: (choice: Choice) => void;
  retry: (id: string) => void;
  remove: (id: string) => void;
  copy: (text: string) => void;
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
  const { message, words, follows, goesOn, state, choices, on } = props;
  const { author, text, at, files = [] } = message;
  const stateWord = state === 'sent' ? clock(at, words) : progress(state, words);
  const name = [authorName(author, words), author.kind === 'agent' ? author.team : '', stateWord];
  return (
    <article
      class="msg"
      part="message"
      data-from={author.kind}
      data-follows={follows ? '' : undefined}
      data-goes-on={goesOn ? '' : undefined}
      data-state={typeof state === 'object' ? 'failed' : state === 'waiting' ? 'kept' : state}
      aria-label={name.filter(Boolean).join(', ')}
    >
      {author.kind !== 'visitor' && !follows && <By author={author} words={words} />}
      {message.deleted ? (
        <p class="text" data-deleted>
          {words.deleted}
        </p>
      ) : (
        (text !== '' || files.length === 0) && <Prose text={text} words={words} />
      )}
      {files.map((file) => (
        <FileRow file={file} relay={props.relay} />
      ))}
      <Meta {...props} />
      {choices.length > 0 && (
        <div class="replies" role="group" aria-label={words.suggestions}>
          {choices.map((choice) => (
            <button class="btn" part="button" type="button" onClick={() => on.choose(choice)}>
              <bdi>{choice.title}</bdi>
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

function By({ author, words }: { author: Author; words: Words }) {
  const who = author.kind === 'agent' ? { kind: 'agent' as const, name: author.name } : { kind: 'bot' as const };
  const hint = author.kind === 'agent' ? author.team : author.kind === 'bot' ? words.automatic : undefined;
  return (
    <p class="by">
      <Mark who={who} />
      <b>
        <bdi>{authorName(author, words)}</bdi>
      </b>
      {hint && <bdi>{hint}</bdi>}
    </p>
  );
}

function Meta({ message, words, goesOn, state, isLast, on }: Props) {
  const { author, at } = message;
  const time = <Time at={at} words={words} />;
  if (author.kind === 'bot')
    return isLast && !message.deleted ? (
      <p class="meta">
        {time}
        <button class="btn" part="button" data-kind="quiet" type="button" onClick={() => on.copy(message.text)}>
          {words.copy}
        </button>
      </p>
    ) : null;
  if (author.kind !== 'visitor') return null;
  if (typeof state === 'object')
    return (
      <>
        <p class="meta bad">
          <Icon name="alert" />
          <b>{words.you}</b> {words.notSent}
          <button class="btn" part="button" data-kind="quiet" type="button" onClick={() => on.retry(message.id)}>
            <Icon name="retry" />
            {words.retry}
          </button>
          <button class="btn" part="button" data-kind="quiet" type="button" onClick={() => on.remove(message.id)}>
            {words.delete}
          </button>
        </p>
        {state.failed !== null && <p class="meta bad">{state.failed}</p>}
      </>
    );
  if (goesOn) return null;
  return (
    <p class="meta">
      <b>{words.you}</b> {state === 'sent' ? time : progress(state, words)}
    </p>
  );
}

function FileRow({ file, relay }: { file: File; relay: string }) {
  const type = file.name.includes('.') ? file.name.split('.').at(-1)?.toUpperCase() : file.type;
  const address = URL.canParse(file.url, relay) ? new URL(file.url, relay).href : '';
  const inside = (
    <>
      <Icon name="file" />
      <span>
        <b>
          <bdi>{file.name}</bdi>
        </b>
        <span>{[type, file.size === undefined ? '' : fileSize(file.size)].filter(Boolean).join(', ')}</span>
      </span>
    </>
  );
  return /^https?:/.test(address) ? (
    <a class="text file" href={address} target="_blank" rel="noopener noreferrer">
      {inside}
    </a>
  ) : (
    <p class="text file">{inside}</p>
  );
}
