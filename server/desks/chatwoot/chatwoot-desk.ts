import { RelayError } from '../../errors.ts';
import type { Desk } from '../desk.ts';
import { plan } from '../plan.ts';
import { readAddress } from './http/address.ts';
import { openApi } from './http/api.ts';
import { createAgents } from './read/agents.ts';
import { createPerformer } from './write/perform.ts';
import type { Provisioned, Shared, Subscription } from './shared.ts';
import { readThread } from './read/read-thread.ts';
import { explainLoss } from './setup/rights.ts';
import { loadSaved } from './setup/saved.ts';
import { createSetUp } from './setup/set-up.ts';
import { Profile } from './http/shapes.ts';
import { createTeams } from './teams.ts';
import { createVerifiedThreads } from './verified-threads.ts';
import type { Denied } from './http/answer.ts';
import { createReads } from './reads.ts';
import type { ChatwootOptions } from './options.ts';
import { BoundedMap } from '../../bounded-map.ts';
import { createThrottle } from '../../throttle.ts';
import { createWatches } from './listen/watches.ts';
import { type Webhook, createWebhook } from './listen/webhook.ts';

/** So many threads are kept in mind, with where somebody was last heard in them. */
const mostHeard = 10_000;

export interface ChatwootDesk extends Desk {
  readonly webhook: Pick<Webhook, 'path' | 'knows' | 'receive'>;
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
  const { account, token, log, now = Date.now, siteName, timing = {}, waitMs = 1_500 } = options;
  const { retryMs = 1_000, connectMs = 3_000, totalMs = 20_000 } = timing;
  const address = readAddress(options.url);
  if (!address) throw new RelayError('the address of the desk is no URL', { remedy: 'set CHATWOOT_URL' });
  const load = () => loadSaved(options, address);
  const memory = await (options.shared?.exclusively(load) ?? load());
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
    throttle: createThrottle(now),
    lastDelivery: () => Math.max(webhook.lastDelivery(), rungAt),
  };
  /** When another process was last delivered something. */
  let rungAt = 0;
  const agents = createAgents(api, now);
  const teams = createTeams(api, now);
  const performer = createPerformer(shared, teams);
  const watches = createWatches(shared, {
    url: `${address.origin.replace(/^http/, 'ws')}${address.prefix}/cable`,
    subscribe,
    agents,
    retryMs,
  });
  const webhook = createWebhook({
    siteName,
    secrets: () => memory.saved,
    inbox: () => setUp.provisioned()?.inbox,
    watches,
    log,
    now,
  });
  let home = memory.saved.home;
  const setUp = createSetUp({
    api,
    options,
    log,
    memory,
    sawTeams: teams.saw,
    done() {
      agents.refresh();
      watches.catchUp();
      if (memory.saved.home === home) return;
      home = memory.saved.home;
      // The threads of the inbox before are over: a reading says so, and those who waited there are told.
      for (const source of shared.reads.sources()) watches.hint({ thread: { source }, ids: [] });
    },
  });

  async function sayLoss(right: Denied, why: string): Promise<void> {
    if (isNew && setUp.provisioned() === null) return;
    const { sentence, fields } = await explainLoss(api, { account, inbox: memory.saved.inbox }, right, why);
    log.error(fields, sentence);
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
    watch: (watch) => watches.watch(watch),
    overhear: watches.overhear,
    ring(hint) {
      if (!watches.isWatching()) return;
      rungAt = now();
      watches.hint(hint);
    },
    pictures: agents.pictures,
    teams: () => teams.known().map(({ id, name }) => ({ key: String(id), name })),
    healthy: () => setUp.provisioned() !== null && api.health.well,
    reachable: () => setUp.provisioned() !== null && api.health.reachable,
    provisioned: () => setUp.provisioned(),
    webhook,
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
