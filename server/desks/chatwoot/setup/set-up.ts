import { randomBytes } from 'node:crypto';
import { RelayError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Api } from '../http/api.ts';
import { backoffMs } from '../http/backoff.ts';
import type { Place } from '../shared.ts';
import { provision, safe } from './provision.ts';
import type { Memory } from './saved.ts';
import { Inbox, type Team } from '../http/shapes.ts';
import type { ChatwootOptions } from '../options.ts';
import { NotNow } from './need.ts';

/** How to subscribe: the token rotates, so it is asked for anew when it is not confirmed. Secret. */
export interface Subscription {
  token: string;
  account: number;
  user: number;
}

/** Keeps the desk set up: tries until it is, looks after the inbox, and begins again where that is gone. */
export interface SetUp {
  /** Null until it was set up, and while its inbox is gone. */
  place(): Place | null;
  /** For the first websocket of a set-up; undefined afterwards. */
  subscription(): Subscription | undefined;
  /**
   * The first try.
   * @throws {RelayError} where only the operator can help, and nothing was ever set up
   */
  first(): Promise<void>;
  /** The bot's token is not good any more: sets up again. */
  botRefused(): void;
  /** A look at the inbox: it may be gone. */
  look(): Promise<void>;
  close(): void;
}

interface Parts {
  api: Api;
  options: ChatwootOptions;
  log: Log;
  memory: Memory;
  sawTeams: (teams: Team[]) => void;
  /** After each time that it worked. */
  done: () => void;
}

/** The longest wait between two tries, milliseconds: a token or a right that was mended is to be seen soon. */
const longestMs = 15_000;
/** How often the inbox is looked at, milliseconds. */
const defaultLookMs = 60_000;
/** Another token for the bot is not to be had: it is asked for this seldom, milliseconds. */
const stubbornMs = 60_000;

export function createSetUp({ api, options, log, memory, sawTeams, done }: Parts): SetUp {
  const { retryMs = 1_000, lookMs = defaultLookMs } = options.pace ?? {};
  /** Names this process, so that another one with a copy of its data is noticed. */
  const run = randomBytes(9).toString('base64url');
  let place: Place | null = null;
  let subscription: Subscription | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | undefined;
  let closed = false;
  let attempt = 0;
  let complaint = '';
  /** Setting up again has brought no other token for the bot: asking again at once is in vain. */
  let stubborn = false;
  let hasOther = false;
  /** The last set-up that was begun. */
  let running: Promise<void> = Promise.resolve();

  /** One after the other: two at once could make two inboxes. */
  function setUp(): Promise<void> {
    running = running.catch(() => {}).then(() => (closed ? undefined : setUpNow()));
    return running;
  }

  async function setUpNow(): Promise<void> {
    // This one does what another was waiting to do.
    clearTimeout(timer);
    timer = undefined;
    const botToken = memory.saved.bot?.token;
    const { pubsubToken, ...found } = await provision({ api, options, log, memory, run, sawTeams });
    if (closed) return;
    stubborn = place !== null && botToken === memory.saved.bot?.token;
    subscription = { token: pubsubToken, account: options.account, user: found.user.id };
    const isNew = place === null;
    place = found;
    attempt = 0;
    complaint = '';
    if (isNew) {
      const { version, inbox, bot } = found;
      const { url, account, publicUrl } = options;
      const fields = { url: safe(url), account, version, inbox, bot: bot.name, webhook: publicUrl !== undefined };
      log.info(fields, 'connected to Chatwoot');
    }
    lookLater();
    done();
  }

  /** Once in the background; what stands in the way is said once. */
  function later(afterMs = backoffMs(attempt, retryMs, longestMs)): void {
    if (closed || timer) return;
    attempt += 1;
    timer = setTimeout(() => {
      timer = undefined;
      setUp().catch((error: unknown) => {
        complain(error);
        later();
      });
    }, afterMs);
  }

  function complain(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    // A missing right was said already, with what to do.
    if (closed || why === complaint || api.health.denied) return;
    complaint = why;
    if (error instanceof RelayError) log.error({ remedy: error.remedy }, why);
    else if (error instanceof NotNow) log.warn({ why }, 'the desk cannot be set up now; trying again');
    else log.error({ why }, 'the desk could not be set up; trying again');
  }

  function lookLater(): void {
    clearTimeout(looking);
    if (closed || place === null) return;
    looking = setTimeout(() => void look().finally(lookLater), lookMs);
    looking.unref();
  }

  async function look(): Promise<void> {
    const at = place;
    if (!at) return;
    const ask = { method: 'GET', path: `inboxes/${at.inbox}`, answer: Inbox, lane: 'reading' } as const;
    const first = await api.ask(ask);
    const answer = !first.ok && first.gone ? await api.ask(ask) : first; // once may be a mishap
    if (closed || place !== at) return;
    if (!answer.ok && answer.gone) {
      place = null;
      log.error({ inbox: at.inbox }, 'the inbox is not at the desk any more; what is for it waits for another one');
      later(0);
    } else if (answer.ok) {
      const { secret } = answer.body;
      if (secret && secret !== memory.saved.signingSecret) await memory.save({ signingSecret: secret });
      const other = answer.body.additional_attributes?.['baton_run'];
      const isOther = typeof other === 'string' && other !== run && at.user.administrator;
      if (isOther && !hasOther) {
        const remedy = 'stop one of them: both would mirror and answer the same conversations';
        log.error({ inbox: at.inbox, remedy }, 'another relay uses this inbox, perhaps with a copy of our data');
      }
      hasOther = isOther;
    }
  }

  return {
    place: () => place,
    subscription() {
      const known = subscription;
      subscription = undefined;
      return known;
    },
    async first() {
      const known = memory.saved.inbox !== undefined && memory.saved.bot !== undefined;
      try {
        await setUp();
      } catch (error) {
        // What was set up once serves on, whatever became of the token: visitors have the bot.
        if (!(error instanceof NotNow) && !known) throw error;
        complain(error);
        later();
      }
    },
    botRefused: () => later(stubborn ? stubbornMs : retryMs),
    look,
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(looking);
    },
  };
}
