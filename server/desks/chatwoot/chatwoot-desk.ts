import { RelayError } from '../../errors.ts';
import type { Desk, Watch } from '../desk.ts';
import { plan } from '../plan.ts';
import { readAddress } from './address.ts';
import { openApi } from './api.ts';
import { backoffMs } from './backoff.ts';
import { openCable, type Subscription } from './cable.ts';
import { openCatchUp, type CatchUp } from './catch-up.ts';
import { isSigned, readDelivery, same, type Headers } from './delivery.ts';
import { createEarlier } from './earlier.ts';
import type { About } from './frames.ts';
import { createHandsWatch, hintOf } from './hints.ts';
import { createNames } from './names.ts';
import { createReads } from './people.ts';
import { createHands } from './perform.ts';
import { webhookPath, type ChatwootOptions, type Place, type Shared } from './place.ts';
import { NotNow, provision } from './provision.ts';
import { readThread } from './read.ts';
import { recall } from './saved.ts';
import { Profile } from './shapes.ts';
import { createTeams } from './teams.ts';

export interface ChatwootDesk extends Desk {
  readonly webhook: {
    /** Express's path, with `:secret` for the last part. */
    path: string;
    /** Whether the last part of the path is the inbox's own. */
    knows(secret: string): boolean;
    /**
     * Takes a delivery. Synchronous, so that it is answered at once: a late answer paints the agents' messages red.
     * @param raw the body as it came, before any parsing; null where it was too long: then all that moved is looked for
     * @returns the HTTP status to answer with, with no body
     */
    receive(raw: Buffer | null, headers: Headers, secret: string): number;
  };
  /** What is known of the desk, for the start message; null until it was set up. */
  place(): Pick<Place, 'version' | 'inbox' | 'bot'> | null;
  close(): Promise<void>;
}

/**
 * Chatwoot as a desk. Finds or makes what it needs there; while the desk does not answer it serves on, and sets up later.
 * @throws {RelayError} where only the operator can help, at the first set-up
 */
export async function openChatwoot(options: ChatwootOptions): Promise<ChatwootDesk> {
  const { account, token, log, now = Date.now, siteName, pace = {} } = options;
  const { retryMs = 1_000, connectMs = 3_000, totalMs = 20_000 } = pace;
  const address = readAddress(options.url);
  if (!address) throw new RelayError('the address of the desk is no URL', { remedy: 'set CHATWOOT_URL' });
  const memory = await recall(options, address);
  const api = openApi({
    address,
    account,
    token,
    log,
    now,
    connectMs,
    totalMs,
    botRefused: () => setUpLater(stubborn ? 60_000 : retryMs),
  });
  const watches = new Map<Watch, CatchUp>();
  let place: Place | null = null;
  let subscription: Subscription | undefined;
  let lastDelivery = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let attempt = 0;
  let complaint = '';
  let unsigned = false;
  /** Setting up again has brought no other token for the bot: asking again at once is in vain. */
  let stubborn = false;

  const shared: Shared = {
    api,
    options,
    log,
    now,
    home: () => memory.saved.home,
    installation: memory.installation,
    place: () => place,
    reads: createReads(),
    earlier: createEarlier({ api, installation: memory.installation }),
    lastDelivery: () => lastDelivery,
  };
  const names = createNames(api, now);
  const hands = createHands(shared, createTeams(api, now));

  async function setUp(): Promise<void> {
    const botToken = memory.saved.bot?.token;
    const { pubsubToken, ...found } = await provision({ api, options, log, memory });
    stubborn = place !== null && botToken === memory.saved.bot?.token;
    subscription = { token: pubsubToken, account, user: found.user.id };
    place = found;
    attempt = 0;
    complaint = '';
    for (const catchUp of watches.values()) catchUp.now();
  }

  /** Once in the background; what stands in the way is said once. */
  function setUpLater(afterMs = backoffMs(attempt, retryMs)): void {
    if (closed || timer) return;
    attempt += 1;
    timer = setTimeout(() => {
      timer = undefined;
      setUp().catch((error: unknown) => {
        complain(error);
        setUpLater();
      });
    }, afterMs);
  }

  function complain(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (why === complaint) return;
    complaint = why;
    if (error instanceof RelayError) log.error({ remedy: error.remedy }, why);
    else if (error instanceof NotNow) log.warn({ why }, 'the desk cannot be set up now; trying again');
    else log.error({ why }, 'the desk could not be set up; trying again');
  }

  const known = memory.saved.inbox !== undefined && memory.saved.bot !== undefined;
  try {
    await setUp();
  } catch (error) {
    // What was set up once serves on, whatever became of the token: visitors have the bot.
    if (!(error instanceof NotNow) && !known) {
      await api.close();
      throw error;
    }
    complain(error);
    setUpLater();
  }

  const changedHands = createHandsWatch();
  const tell = (event: string, inbox: number, about: About) => {
    if (place && inbox !== place.inbox) return;
    const isOfHands = !event.startsWith('message') && !event.includes('typing');
    if (isOfHands && !changedHands(about)) return;
    const hint = hintOf(event, about, { home: memory.saved.home, installation: memory.installation, names });
    if (!hint) return;
    // What could not be read is told again by the next sweep, which does not count it as read.
    for (const watch of watches.keys()) void Promise.resolve(watch.heard(hint)).catch(() => {});
  };

  /** The token for the websocket may have changed: it is read anew for each connection but the first. */
  async function subscribe(): Promise<Subscription | undefined> {
    const first = subscription;
    subscription = undefined;
    if (first) return first;
    const profile = await api.ask({ method: 'GET', path: '/api/v1/profile', answer: Profile, lane: 'reading' });
    return profile.ok ? { token: profile.body.pubsub_token, account, user: profile.body.id } : undefined;
  }

  return {
    get home() {
      return memory.saved.home;
    },
    plan: (intent) => plan(intent),
    perform: (task) => hands.perform(task),
    settle: (task) => hands.settle(task),
    read: (thread, ids, deep = false) => readThread(shared, thread, ids, deep),
    watch(watch) {
      const catchUp = openCatchUp(shared, watch);
      watches.set(watch, catchUp);
      const cable = openCable({
        url: `${address.origin.replace(/^http/, 'ws')}${address.prefix}/cable`,
        subscription: subscribe,
        heard: ({ event, inbox, about }) => tell(event, inbox, about),
        connected: () => catchUp.now(),
        log,
        retryMs,
      });
      return {
        async [Symbol.asyncDispose]() {
          watches.delete(watch);
          await Promise.all([cable[Symbol.asyncDispose](), catchUp[Symbol.asyncDispose]()]);
        },
      };
    },
    healthy: () => place !== null && api.health.well,
    place: () => place,
    webhook: {
      path: webhookPath(siteName),
      knows: (secret) => same(secret, memory.saved.webhookSecret),
      receive(raw, headers, secret) {
        if (!same(secret, memory.saved.webhookSecret)) return 404;
        if (raw === null) {
          lastDelivery = now();
          for (const catchUp of watches.values()) catchUp.now();
          return 200;
        }
        const delivery = readDelivery(raw);
        if (delivery === 'garbage') return 400;
        lastDelivery = now();
        const signingSecret = memory.saved.signingSecret;
        const trusted = signingSecret === undefined || isSigned(raw, headers, signingSecret, now());
        if (!trusted && !unsigned) {
          log.warn({}, 'a delivery came on the right path with a wrong signature; it is taken as a hint only');
        }
        unsigned = !trusted;
        // Typing is shown as it comes, without being read again: so it must be the desk's own.
        if (delivery && (trusted || !delivery.event.includes('typing'))) {
          tell(delivery.event, delivery.inbox, delivery.about);
        }
        return 200;
      },
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await api.close();
    },
  };
}
