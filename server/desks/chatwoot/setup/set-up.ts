import { randomBytes } from 'node:crypto';
import { RelayError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Api } from '../http/api.ts';
import { retryDelayMs } from '../../../../shared/retry.ts';
import type { Provisioned, Subscription } from '../shared.ts';
import { provision, safe } from './provision.ts';
import type { SavedState } from './saved.ts';
import { Inbox, type Team } from '../http/shapes.ts';
import type { ChatwootOptions } from '../options.ts';
import { NotNow, type Changes } from './need.ts';

/** Keeps the desk set up: tries until it is, looks after the inbox, and begins again where that is gone. */
interface SetUp {
  /** Null until it was set up, and while its inbox is gone. */
  provisioned(): Provisioned | null;
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
  checkInbox(): Promise<void>;
  close(): void;
}

interface Parts {
  api: Api;
  options: ChatwootOptions;
  log: Log;
  memory: SavedState;
  sawTeams: (teams: Team[]) => void;
  /** After each time that it worked. */
  done: () => void;
}

/** The longest wait between two tries, milliseconds: a token or a right that was mended is to be seen soon. */
const longestMs = 15_000;
/** How often the inbox is looked at, milliseconds. */
const defaultInboxCheckMs = 60_000;
/** The last set-up brought no other token for the bot: the next one waits so long, milliseconds. */
const sameTokenMs = 60_000;

export function createSetUp({ api, options, log, memory, sawTeams, done }: Parts): SetUp {
  const { retryMs = 1_000, inboxCheckMs = defaultInboxCheckMs } = options.timing ?? {};
  /** Names this process, or those that share its data, so that another one with a copy of that is noticed. */
  const { run = randomBytes(9).toString('base64url'), exclusively = alone } = options.shared ?? {};
  let provisioned: Provisioned | null = null;
  let subscription: Subscription | undefined;
  let timer: NodeJS.Timeout | undefined;
  let inboxTimer: NodeJS.Timeout | undefined;
  let closed = false;
  let attempt = 0;
  const isNew = memory.saved.inbox === undefined || memory.saved.bot === undefined;
  /** A right that is missing was said already, but not before the very first set-up was done. */
  const isSaid = () => closed || (api.health.denied && !(isNew && provisioned === null));
  const complaint = createComplaint(log, isSaid);
  /** Setting up again brought the same token for the bot: asking at once once more would not help. */
  let isTokenTheSame = false;
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
    const changes: Changes = {};
    const { pubsubToken, ...found } = await exclusively(async () => {
      if (options.shared) await memory.reload();
      return provision({ api, options, log, memory, run, sawTeams, changes });
    });
    if (closed) return;
    isTokenTheSame = provisioned !== null && botToken === memory.saved.bot?.token;
    subscription = { token: pubsubToken, account: options.account, user: found.user.id };
    const isFirst = provisioned === null;
    provisioned = found;
    attempt = 0;
    complaint.forget();
    if (isFirst) {
      const { version, inbox, bot } = found;
      const { url, account, publicUrl } = options;
      const fields = { url: safe(url), account, version, inbox, bot: bot.name, webhook: publicUrl !== undefined };
      log.info({ ...fields, ...changes }, 'connected to Chatwoot');
    } else if (Object.keys(changes).length > 0) log.info({ ...changes }, 'what was missing in Chatwoot was made');
    checkInboxLater();
    done();
  }

  /** Once in the background; what stands in the way is said once. */
  function later(afterMs = retryDelayMs(attempt, { firstMs: retryMs, mostMs: longestMs })): void {
    if (closed || timer) return;
    attempt += 1;
    timer = setTimeout(() => {
      timer = undefined;
      setUp().catch((error: unknown) => {
        complaint.about(error);
        later();
      });
    }, afterMs);
  }

  function checkInboxLater(): void {
    clearTimeout(inboxTimer);
    if (closed || provisioned === null) return;
    inboxTimer = setTimeout(() => void checkInbox().finally(checkInboxLater), inboxCheckMs);
    inboxTimer.unref();
  }

  async function checkInbox(): Promise<void> {
    const at = provisioned;
    if (!at) return;
    const found = await readInbox(api, at.inbox);
    if (closed || provisioned !== at || found === undefined) return;
    if (found === 'gone') {
      provisioned = null;
      log.error({ inbox: at.inbox }, 'the inbox is not at the desk any more; what is for it waits for another one');
      return later(0);
    }
    const { secret, additional_attributes: marks } = found;
    if (secret && secret !== memory.saved.signingSecret) await memory.save({ signingSecret: secret });
    noticeOther(marks?.['baton_run'], at);
  }

  function noticeOther(other: unknown, { inbox, user }: Provisioned): void {
    const isOther = typeof other === 'string' && other !== run && user.administrator;
    if (isOther && !hasOther) {
      const remedy = 'stop one of them: both would mirror and answer the same conversations';
      log.error({ inbox, remedy }, 'another relay uses this inbox, perhaps with a copy of our data');
    }
    hasOther = isOther;
  }

  return {
    provisioned: () => provisioned,
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
        complaint.about(error);
        later();
      }
    },
    botRefused: () => later(isTokenTheSame ? sameTokenMs : retryMs),
    checkInbox: checkInbox,
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(inboxTimer);
    },
  };
}

const alone = <R>(job: () => Promise<R>): Promise<R> => job();

/** The inbox as it is now; undefined where the desk does not say. */
async function readInbox(api: Api, inbox: number): Promise<Inbox | 'gone' | undefined> {
  const ask = { method: 'GET', path: `inboxes/${inbox}`, answer: Inbox, priority: 'background' } as const;
  const first = await api.ask(ask);
  const answer = !first.ok && first.gone ? await api.ask(ask) : first; // once may be a mishap
  if (answer.ok) return answer.body;
  return answer.gone ? 'gone' : undefined;
}

/** Says once what stands in the way of a set-up, where nobody else has. */
function createComplaint(log: Log, isSaid: () => boolean) {
  let last = '';
  return {
    forget: () => void (last = ''),
    about(error: unknown): void {
      const why = error instanceof Error ? error.message : String(error);
      if (why === last || isSaid()) return;
      last = why;
      if (error instanceof RelayError) log.error({ remedy: error.remedy }, why);
      else if (error instanceof NotNow) log.warn({ why }, 'the desk cannot be set up now; trying again');
      else log.error({ why }, 'the desk could not be set up; trying again');
    },
  };
}
