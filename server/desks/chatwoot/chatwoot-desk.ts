import { RelayError } from '../../errors.ts';
import type { Desk, Hint, Watch } from '../desk.ts';
import { plan } from '../plan.ts';
import { readAddress } from './http/address.ts';
import { openApi } from './http/api.ts';
import { openCable } from './listen/cable.ts';
import { openCatchUp, type CatchUp } from './listen/catch-up.ts';
import { isSigned, readDelivery, same, type Headers } from './listen/delivery.ts';
import { createEarlier } from './write/earlier.ts';
import type { About } from './listen/frames.ts';
import { createOwnershipFilter, handedInBy, hintOf } from './listen/hints.ts';
import { createAgents } from './read/agents.ts';
import { createOnce } from './once.ts';
import { createPerformer } from './write/perform.ts';
import type { Provisioned, Shared } from './shared.ts';
import { readThread } from './read/read-thread.ts';
import { explainLoss } from './setup/rights.ts';
import { loadSaved } from './setup/saved.ts';
import { createSetUp, type Subscription } from './setup/set-up.ts';
import { Profile } from './http/shapes.ts';
import { createTeams } from './read/teams.ts';
import { createVerifiedThreads } from './verified-threads.ts';
import type { Denied } from './http/answer.ts';
import { createReads } from './read/reads.ts';
import { webhookPath } from './webhook-path.ts';
import type { ChatwootOptions } from './options.ts';
import { BoundedMap } from '../../bounded-map.ts';

/** So many threads are kept in mind, with where somebody was last heard in them. */
const mostHeard = 10_000;
/** What is wrong with deliveries is said at most so often, milliseconds. */
const complainEveryMs = 60_000;

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
  provisioned(): Pick<Provisioned, 'version' | 'inbox' | 'bot'> | null;
  close(): Promise<void>;
}

/**
 * Chatwoot as a desk. Finds or makes what it needs there. It is waited for a moment only: while the desk does not answer
 * this serves on, and sets up later.
 * @throws {RelayError} where only the operator can help, at the first set-up; if that is found out after the wait, it
 *   is told to `options.failed`
 */
export async function openChatwoot(options: ChatwootOptions): Promise<ChatwootDesk> {
  const { account, token, log, now = Date.now, siteName, pace = {}, waitMs = 1_500 } = options;
  const { retryMs = 1_000, connectMs = 3_000, totalMs = 20_000 } = pace;
  const address = readAddress(options.url);
  if (!address) throw new RelayError('the address of the desk is no URL', { remedy: 'set CHATWOOT_URL' });
  const memory = await loadSaved(options, address);
  /** At the very first set-up its own sentence says what is wrong, and ends it. */
  const isNew = memory.saved.inbox === undefined || memory.saved.bot === undefined;
  const verified = createVerifiedThreads();
  const api = openApi({
    address,
    account,
    token,
    log,
    now,
    connectMs,
    totalMs,
    away: verified.forget,
    botRefused: () => setUp.botRefused(),
    rightLost: (right, why) => void sayLoss(right, why),
  });
  const watches = new Map<Watch, CatchUp>();
  let lastDelivery = 0;
  const complaints = new Map<string, number>();
  const complainOfDelivery = (sentence: string, remedy: string) => {
    if (now() - (complaints.get(sentence) ?? -Infinity) < complainEveryMs) return;
    complaints.set(sentence, now());
    log.warn({ inbox: setUp.provisioned()?.inbox, remedy }, sentence);
  };

  const shared: Shared = {
    api,
    options,
    log,
    now,
    home: () => memory.saved.home,
    installation: memory.installation,
    provisioned: () => setUp.provisioned(),
    inboxGone: () => void setUp.checkInbox(),
    reads: createReads(),
    verified,
    heardIn: new BoundedMap(mostHeard),
    isNew: createOnce(),
    earlier: createEarlier({ api, installation: memory.installation }),
    lastDelivery: () => lastDelivery,
  };
  const agents = createAgents(api, now);
  const teams = createTeams(api, now);
  const performer = createPerformer(shared, teams);
  let home = memory.saved.home;
  const setUp = createSetUp({
    api,
    options,
    log,
    memory,
    sawTeams: teams.saw,
    done() {
      agents.refresh();
      for (const catchUp of watches.values()) catchUp.now();
      if (memory.saved.home === home) return;
      home = memory.saved.home;
      // The threads of the inbox before are over: a reading says so, and those who waited there are told.
      for (const source of shared.reads.sources()) hint({ thread: { source }, ids: [] });
    },
  });

  async function sayLoss(right: Denied, why: string): Promise<void> {
    if (isNew && setUp.provisioned() === null) return;
    const { sentence, fields } = await explainLoss(api, { account, inbox: memory.saved.inbox }, right, why);
    log.error(fields, sentence);
  }

  // What could not be read is told again by the next sweep, which does not count it as read.
  function hint(of: Hint): void {
    for (const watch of watches.keys()) void Promise.resolve(watch.heard(of)).catch(() => {});
  }

  let hasWaited = false;
  const first = setUp.first().catch(async (error: unknown) => {
    setUp.close();
    await api.close();
    if (!hasWaited) throw error;
    options.failed?.(error);
  });
  await atMost(waitMs, first);
  hasWaited = true;

  const isNewOwnership = createOwnershipFilter();
  const tell = (event: string, inbox: number, about: About) => {
    const provisioned = setUp.provisioned();
    if (provisioned && inbox !== provisioned.inbox) return;
    const isAboutOwnership = !event.startsWith('message') && !event.includes('typing');
    if (isAboutOwnership && !isNewOwnership(about)) return;
    const heard = hintOf(event, about, { home: memory.saved.home, installation: memory.installation, agents });
    if (about.source !== null && heard && heard.ids.length > 0) shared.heardIn.set(about.source, about.number);
    if (heard) hint(heard);
  };

  /** The token for the websocket may have changed: it is read anew for each connection but the first. */
  async function subscribe(): Promise<Subscription | undefined> {
    const known = setUp.subscription();
    if (known) return known;
    const profile = await api.ask({ method: 'GET', path: '/api/v1/profile', answer: Profile, priority: 'background' });
    return profile.ok ? { token: profile.body.pubsub_token, account, user: profile.body.id } : undefined;
  }

  return {
    get home() {
      return memory.saved.home;
    },
    plan: (intent) => plan(intent),
    perform: (task) => performer.perform(task),
    reconcile: (task) => performer.reconcile(task),
    read: (thread, ids, options) => readThread(shared, thread, ids, options),
    watch(watch) {
      let connectedAt = Infinity;
      /** The websocket has missed nothing since: all there was before has been read. Only then is what it tells in order. */
      let isComplete = false;
      const catchUp = openCatchUp(shared, {
        ...watch,
        caughtUp(at) {
          isComplete ||= at >= connectedAt;
          watch.caughtUp(at);
        },
      });
      watches.set(watch, catchUp);
      const cable = openCable({
        url: `${address.origin.replace(/^http/, 'ws')}${address.prefix}/cable`,
        subscription: subscribe,
        heard(frame) {
          const { event, inbox, about } = frame;
          const message =
            isComplete && inbox === setUp.provisioned()?.inbox ? handedInBy(frame, memory.installation) : undefined;
          if (message) {
            shared.heardIn.set(message.thread.source, about.number);
            watch.handIn(message);
          } else tell(event, inbox, about);
        },
        connected() {
          connectedAt = now();
          catchUp.now();
        },
        lost() {
          isComplete = false;
          connectedAt = Infinity;
          verified.forget();
        },
        log,
        retryMs,
      });
      return {
        async [Symbol.asyncDispose]() {
          watches.delete(watch);
          catchUp[Symbol.dispose]();
          await cable[Symbol.asyncDispose]();
        },
      };
    },
    pictures: agents.pictures,
    teams: () => teams.known().map(({ id, name }) => ({ key: String(id), name })),
    healthy: () => setUp.provisioned() !== null && api.health.well,
    reachable: () => setUp.provisioned() !== null && api.health.reachable,
    provisioned: () => setUp.provisioned(),
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
        if (delivery === 'garbage') {
          complainOfDelivery(
            'a delivery came on the right path and is none of Chatwoot’s',
            'look for a proxy between Chatwoot and PUBLIC_URL that changes what it passes on',
          );
          return 400;
        }
        lastDelivery = now();
        const signingSecret = memory.saved.signingSecret;
        // By the machine's own clock: ours never goes back, and is ahead after a jump that was corrected.
        const trusted = signingSecret === undefined || isSigned(raw, headers, signingSecret, Date.now());
        if (!trusted) {
          complainOfDelivery(
            'a delivery came on the right path with a wrong signature; it is taken as a hint only',
            'set the clocks of both machines; a secret that was made anew at the desk is read again within a minute',
          );
        }
        // Typing is shown as it comes, without being read again: so it must be the desk's own.
        if (delivery && (trusted || !delivery.event.includes('typing'))) {
          tell(delivery.event, delivery.inbox, delivery.about);
        }
        return 200;
      },
    },
    async close() {
      setUp.close();
      await api.close();
    },
  };
}

/** Waits for it, but no longer than that. */
async function atMost(ms: number, job: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([job, late]).finally(() => clearTimeout(timer));
}
