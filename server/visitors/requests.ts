import { hash as digest } from 'node:crypto';
import type { Handoff } from '../../shared/handoff.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Config } from '../config.ts';
import type { Context } from '../conversation/context.ts';
import {
  choose,
  deleteMessage,
  retryMessage,
  visitorAsked,
  visitorDecided,
  visitorIsAt,
  visitorRated,
  visitorWrote,
} from '../conversation/conversation.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Draft } from '../conversation/draft.ts';
import { show } from '../conversation/handoff.ts';
import { RelayError } from '../errors.ts';
import type { Store } from '../stores/store.ts';
import { sharedTimes, type Address } from './address.ts';
import { cancelIn } from './earlier-version.ts';
import type { Voice } from './greeting.ts';
import type { KindByAddress, Pace } from './pace.ts';
import type { PictureSource } from './pictures.ts';
import type { Sessions } from './sessions.ts';
import type { Reader, View } from './view.ts';
import { clean, plainPage } from './visitor-text.ts';
import type { Handlers, In, Out } from './wire.ts';

/* What a visitor may ask for after hello. Each of them is one decision of the conversation, or a reading of it. */

interface Parts {
  config: Pick<Config, 'limits'>;
  conversations: Conversations;
  sessions: Pick<Sessions, 'row'>;
  store: Pick<Store, 'receipt'>;
  /** Events as browsers may see them, oldest first: a page, or fewer. */
  events(to: Reader, after: number, most?: number): Promise<LogEvent[]>;
  view: Pick<View, 'handoff'>;
  deskOf(site: string): PictureSource;
  pace: Pick<Pace, 'spend'>;
}

/** @returns the handlers for one voice, which is asked for with each request: it throws before hello */
export function createRequests(parts: Parts): (speaking: () => Voice) => Omit<Handlers, 'hello'> {
  const { config, conversations, pace } = parts;

  /** A visitor's own limit comes first: who is over it takes nothing from the others at the address. */
  const spendAt = ({ network, isShared }: Address, what: KindByAddress) =>
    pace.spend(what, network, isShared ? sharedTimes : 1);

  const readerOf = ({ claims, version, beginning: { site, language } }: Voice): Reader => ({
    conversation: claims.conversation,
    desk: parts.deskOf(site),
    language,
    version,
  });

  async function handoffOf(voice: Voice): Promise<Handoff> {
    const loaded = await conversations.load(voice.claims.conversation);
    if (!loaded) throw new RelayError('nothing was said yet', { refusal: 'forbidden' });
    return parts.view.handoff(show(loaded.conversation.state.handoff), readerOf(voice));
  }

  /** What a browser sends may arrive many times, and happens once. */
  async function once(
    { token, claims, beginning, address }: Voice,
    { id, page }: Pick<In<'message:send'>, 'id' | 'page'>,
    asked: string[],
    isMessage: boolean,
    happen: (draft: Draft, context: Context, hash: string) => void,
  ): Promise<Out<'message:send'>> {
    if (id.includes('.')) throw new RelayError("an id that is the relay's to give", { refusal: 'invalid' });
    const hash = digest('sha256', JSON.stringify(asked), 'base64url');
    const { conversation } = claims;
    // Pages change without a new connection.
    if (page) beginning.page = plainPage(page);
    try {
      await pace.spend(isMessage ? 'message' : 'handoff', claims.visitor);
      if (isMessage) await spendAt(address, 'messageByAddress');
    } catch (error) {
      // A repeat gets its answer, however fast it comes.
      if (!(await parts.store.receipt(conversation, id))) throw error;
    }
    /** Nobody looks first whether it is a repeat: the commit tells, and then it is decided again. */
    const accept = (draft: Draft, context: Context) => {
      const before = draft.before(id);
      if (before && before.hash !== hash) {
        throw new RelayError('an id was used twice with another text, or is that of another message', {
          refusal: 'conflict',
        });
      }
      if (before) return { log: draft.log, seq: before.seq, at: before.at };
      if (draft.isNew) draft.session(parts.sessions.row({ token, claims }));
      if (draft.seen.language !== beginning.language) draft.state.language = beginning.language;
      visitorIsAt(draft, context, beginning.page);
      happen(draft, context, hash);
      return { log: draft.log, seq: draft.before(id)?.seq ?? draft.seq, at: draft.at };
    };
    let isPaid = false;
    // Whether it is there is not looked up before: what is said at once would change its order while that is awaited.
    const accepted = conversations.isKnown(conversation)
      ? await conversations.decide(conversation, accept, beginning)
      : await conversations.decideAlone(
          conversation,
          async (draft, context) => {
            if (draft.isNew && !isPaid) await spendAt(address, 'conversation');
            isPaid = true;
            return accept(draft, context);
          },
          beginning,
        );
    if (!accepted) throw new RelayError('a conversation could not be begun');
    return accepted;
  }

  /** A decision about who answers; repeating it changes nothing. */
  async function decideHandoff(voice: Voice, decision: (draft: Draft, context: Context) => void): Promise<Handoff> {
    await conversations.decide(voice.claims.conversation, decision);
    return handoffOf(voice);
  }

  /** Retries or deletes a message that the desk refused. */
  async function changeUndelivered(
    { claims }: Voice,
    { id }: In<'message:retry'>,
    change: (draft: Draft, context: Context, message: string) => void,
  ): Promise<Out<'message:retry'>> {
    await pace.spend('message', claims.visitor);
    const accepted = await conversations.decide(claims.conversation, (draft, context) => {
      change(draft, context, id);
      return { log: draft.log, seq: draft.seq, at: draft.at };
    });
    if (!accepted) throw new RelayError('nothing was said yet', { refusal: 'forbidden' });
    return accepted;
  }

  async function readLog(voice: Voice, { after }: In<'log:read'>): Promise<Out<'log:read'>> {
    await pace.spend('read', voice.claims.visitor);
    await spendAt(voice.address, 'readByAddress');
    const loaded = await conversations.load(voice.claims.conversation);
    if (!loaded) throw new RelayError('there is no such log', { refusal: 'forbidden' });
    const { log, seq } = loaded.conversation;
    return { log, seq, events: await parts.events(readerOf(voice), after) };
  }

  async function sendMessage(voice: Voice, body: In<'message:send'>): Promise<Out<'message:send'>> {
    const { id, text, choice } = body;
    const words = clean(text);
    if (text.length > config.limits.text || words.trim() === '') {
      throw new RelayError('an empty or a too long message', { refusal: 'invalid' });
    }
    const chosen = choice && { title: clean(choice.title), value: clean(choice.value) };
    return once(voice, body, ['message', text, choice?.value ?? ''], true, (draft, context, hash) =>
      visitorWrote(draft, context, { id, text: words, hash, choice: chosen }),
    );
  }

  async function askForPerson(voice: Voice, body: In<'handoff:ask'>): Promise<Handoff> {
    const { id } = body;
    await once(voice, body, ['handoff'], false, (draft, context, hash) => visitorAsked(draft, context, { id, hash }));
    return handoffOf(voice);
  }

  return (speaking) => {
    return {
      'log:read': async (body) => readLog(speaking(), body),
      'message:send': async (body) => sendMessage(speaking(), body),
      'message:retry': async (body) => changeUndelivered(speaking(), body, retryMessage),
      'message:delete': async (body) => changeUndelivered(speaking(), body, deleteMessage),
      'handoff:ask': async (body) => askForPerson(speaking(), body),
      ...handoffRequests(async (decision) => decideHandoff(speaking(), decision)),
      'handoff:cancel': async () => {
        const voice = speaking();
        return decideHandoff(voice, (draft, context) =>
          visitorDecided(draft, context, cancelIn(voice.version, draft.seen.handoff)),
        );
      },
    };
  };
}

/** What the buttons of the dock ask for. */
function handoffRequests(decide: (decision: (draft: Draft, context: Context) => void) => Promise<Handoff>) {
  const decided = (kind: Parameters<typeof visitorDecided>[2]) => () =>
    decide((draft, context) => visitorDecided(draft, context, kind));
  return {
    'handoff:choose': ({ topic }: In<'handoff:choose'>) => decide((draft, context) => choose(draft, context, topic)),
    'handoff:back': decided('back'),
    'handoff:wait': decided('keptWaiting'),
    'handoff:leave': decided('left'),
    'chat:end': decided('ended'),
    'chat:rate': ({ stars, text = '' }: In<'chat:rate'>) =>
      decide((draft, context) => visitorRated(draft, context, { stars, text: clean(text) })),
  } satisfies Partial<Handlers>;
}
