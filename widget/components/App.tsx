import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Handoff } from '../../shared/handoff.ts';
import type { Author } from '../../shared/message.ts';
import type { Clock } from '../clock.ts';
import type { Cards } from '../cards.ts';
import type { Chat } from '../state/chat.ts';
import type { PanelState } from '../state/panel.ts';
import type { Saved } from '../state/saved.ts';
import type { Words } from '../text/words.ts';
import type { TranscriptParts } from '../transcript.ts';
import { useAnnouncer } from './announcer.ts';
import { charactersLeft, Composer } from './Composer.tsx';
import { Dock } from './Dock.tsx';
import { dockKind } from './dock-kind.ts';
import { Head } from './Head.tsx';
import { Log } from './Log.tsx';
import { Pictures } from './Mark.tsx';
import { Panel } from './Panel.tsx';
import { stayAt } from './stay.ts';
import { useBubbleActions, useSendState } from './use-bubble-actions.ts';
import { useDock } from './use-dock.ts';
import { useWeather, WeatherLine } from './Weather.tsx';

interface Props {
  chat: Chat;
  panel: PanelState;
  saved: Saved;
  clock: Clock;
  words: Words;
  /** Null until it is here. */
  transcript: TranscriptParts | null;
  /** Null until they are here. */
  cards: Cards | null;
  relay: string;
  /** The panel covers the page. */
  isFull: boolean;
  /** Something appeared, perhaps under a resting pointer. */
  onAppear: () => void;
}

const assistant: Author = { kind: 'bot' };
/** The one who had the conversation that is gone does not answer here. */
const nobodyYet: Handoff = { phase: 'bot', epoch: 0 };

/** Connects what is known to what is drawn; the components below know neither relay nor storage. */
export function App({ chat, panel, saved, clock, words: given, transcript, cards, relay, isFull, onAppear }: Props) {
  const site = chat.site.value;
  const bot = site?.bot;
  const words = useMemo(() => namedWords(given, bot?.name), [given, bot?.name]);
  const message = useRef<HTMLTextAreaElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const { announced, say } = useAnnouncer({ chat, panel, clock, words, transcript });
  const weather = useWeather({ chat, saved, clock, words, say });

  const { actions, copied } = useBubbleActions({ chat, clock, words, transcript, say });
  const { isAway, isSlow } = weather;
  const stateOf = useSendState(chat, words, isAway);

  // With a touch no keyboard shall jump up; a panel that comes back with the page takes no focus at all.
  useLayoutEffect(() => {
    if (!panel.isByHand.value) return;
    (matchMedia('(pointer: coarse)').matches ? title : message).current?.focus();
  }, []);

  const events = chat.events.value;
  const handoff = chat.handoff.value;
  const isBots = handoff.phase === 'bot' || handoff.phase === 'ending' || handoff.phase === 'closed';
  const isThinking = chat.isThinking.value && handoff.phase === 'bot' && !isAway;
  const unsent = chat.unsent.value;
  const pictures = useMemo(() => ({ relay, logo: bot?.logo }), [relay, bot?.logo]);
  const isShut = chat.trouble.value === 'forbidden' || chat.trouble.value === 'outdated';
  const stay = useMemo(() => stayAt(events), [events]);
  const isEmpty = site === null && chat.trouble.value === null && events.length === 0;
  const isCover = events.length === 0 && unsent.length === 0 && chat.ask.value === null && chat.trouble.value === null;
  const { shown: dock, isTyping, isFinishing, buttons } = useDock(chat, stay, isSlow);
  // Where nobody can take over, the line at rest has nothing to offer.
  const isResting = handoff.phase !== 'human' && !isSlow && dockKind(dock) === 'line';
  const isDockless = isShut || (site?.handoff === 'off' && isResting);

  function send() {
    const text = panel.draft.value.trim();
    if (text === '') return;
    const left = charactersLeft(text);
    if (left < 0) return say(words.charactersTooMany(-left));
    panel.draft.value = '';
    chat.send(text);
  }
  /** Esc leaves the card that asks how to leave, and otherwise the chat. */
  function escape() {
    if (!isFinishing.value) panel.close();
    isFinishing.value = false;
  }

  return (
    <Pictures.Provider value={pictures}>
      <Panel name={words.chatWith(site?.name ?? null)} isFull={isFull} isBack={panel.isBack.value} onClose={escape}>
        <Head
          handoff={dock.isExpired ? nobodyYet : handoff}
          stay={stay}
          cover={isCover ? site : null}
          isEmpty={isEmpty}
          isShut={isShut}
          words={words}
          title={title}
          onClose={() => panel.close()}
        />
        <WeatherLine {...weather} />
        <Log
          words={words}
          isFirst={isCover}
          arrivals={
            events.filter((event) => event.kind === 'message' && event.message.author.kind !== 'visitor').length
          }
          sends={unsent.length > 0 ? (unsent.at(-1)?.at ?? 0) : 0}
        >
          {transcript && !(isEmpty && unsent.length === 0) ? (
            <transcript.Transcript
              events={events}
              unsent={unsent}
              site={site}
              words={words}
              relay={relay}
              today={new Date(chat.now()).setHours(0, 0, 0, 0)}
              canChoose={isBots}
              stateOf={stateOf}
              undelivered={chat.undelivered.ids.value}
              mending={chat.undelivered.wanted.value}
              typing={isTyping ? null : (chat.typing.value ?? (isThinking ? assistant : null))}
              copied={copied.value}
              on={actions}
            />
          ) : (
            <div class="bones">
              <div class="bone" />
              <div class="bone" />
            </div>
          )}
        </Log>
        <div class="foot">
          {!isDockless && (
            <Dock
              {...dock}
              cards={cards}
              isTyping={isTyping}
              words={words}
              isBusy={chat.pending.value !== null}
              message={message}
              {...buttons}
              onAppear={onAppear}
            />
          )}
          <Composer
            draft={panel.draft.value}
            isShut={isShut}
            words={words}
            message={message}
            onDraft={(draft) => (panel.draft.value = draft)}
            onSend={send}
          />
        </div>
        <p class="unseen" role="status">
          {announced.value}
        </p>
      </Panel>
    </Pictures.Provider>
  );
}

/** The words of a site that gave its assistant a name. */
function namedWords(words: Words, name: string | undefined): Words {
  if (!name) return words;
  return { ...words, assistant: name, automatic: words.assistantRole, answersNow: words.answersNowNamed };
}
