import type { Hint, Watch } from '../../desk.ts';
import type { Provisioned, Shared } from '../shared.ts';
import { createReadings } from './readings.ts';
import { keyIn } from '../source-id.ts';
import { longestBytes } from '../http/calls.ts';
import { Conversations, Inbox, type Conversation } from '../http/shapes.ts';

/*
 * Deliveries are made once and frames are not repeated: this is what makes up for each of them. Every new message, and
 * every change of hands, moves a conversation's `updated_at`; those that moved since they were last looked at are told.
 */

/** Looked back further than the time passed, milliseconds: clocks differ, and changes become visible late. */
const marginMs = 120_000;
/** After a longer absence the list is read page by page, milliseconds. */
const longestMs = 15 * 60_000;
const dayMs = 24 * 60 * 60_000;
const pageSize = 25;

export interface CatchUp extends Disposable {
  /** Look at once; a doorbell may have been missed. */
  now(): void;
}

export function openCatchUp(shared: Shared, watch: Watch): CatchUp {
  const { sweepMs = 10_000, calmSweepMs = 60_000, readMs = 60_000 } = shared.options.timing ?? {};
  /** What each conversation looked like: only those of the last hours are of interest. */
  let seen = new Map<number, string>();
  const readings = createReadings({
    heard: (hint) => watch.heard(hint),
    readMs,
    log: shared.log,
    failed: (number) => void seen.delete(number), // so that the next sweep tells of it again
  });
  // Nothing was ever read: there are no threads of ours before now.
  let since = watch.since || shared.now();
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  let running: Promise<void> | undefined;
  let again = false;
  /** By a clock that nobody sets. */
  let lastSweep = -Infinity;

  async function sweep(): Promise<void> {
    const provisioned = shared.provisioned();
    if (!provisioned) return;
    const startedAt = shared.now();
    // The clock was set back since: how long ago that was, nobody knows.
    if (since > startedAt) since = startedAt - dayMs;
    const moved = await readMoved(shared, provisioned, since, startedAt);
    if (!moved || ended) return;
    const before = seen;
    seen = new Map(moved.map((conversation) => [conversation.id, looksLike(conversation)]));
    for (const conversation of moved) {
      const { id } = conversation;
      if (before.get(id) !== seen.get(id)) readings.tell(id, hintFor(conversation, shared));
    }
    readings.tellAgain((number) => !seen.has(number));
    void confirm(startedAt, provisioned);
  }

  /**
   * Caught up is only what has been read: until then the next sweep looks as far back as this one did. It waits apart
   * from the sweeps, so that a thread that takes long holds none of them up.
   */
  async function confirm(startedAt: number, { inbox }: Provisioned): Promise<void> {
    const isRead = await readings.allRead();
    if (ended || startedAt < since || !isRead) return;
    // A user without a right to the inbox gets an empty list, and no refusal: where any right is missing, it is asked for.
    if (shared.api.health.denied) {
      const found = await shared.api.ask({
        method: 'GET',
        path: `inboxes/${inbox}`,
        answer: Inbox,
        priority: 'background',
      });
      if (ended || startedAt < since || !found.ok) return;
    }
    since = startedAt;
    watch.caughtUp(startedAt);
  }

  function run(): void {
    if (running) {
      again = true;
      return;
    }
    clearTimeout(timer);
    lastSweep = performance.now();
    running = sweep().finally(() => {
      running = undefined;
      if (ended) return;
      if (again) {
        again = false;
        run();
      } else {
        timer = setTimeout(tick, Math.min(sweepMs, calmSweepMs));
      }
    });
  }

  /** People may come into it at any time: whether a sweep is due is asked at the shorter interval. */
  function tick(): void {
    const due = watch.peopleInvolved() ? sweepMs : calmSweepMs;
    if (performance.now() - lastSweep >= due - 5) run();
    else timer = setTimeout(tick, Math.min(sweepMs, calmSweepMs));
  }

  run();

  return {
    now: run,
    [Symbol.dispose]() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** The inbox's conversations that moved since then; undefined where the desk could not be asked for all of them. */
async function readMoved(
  { api, log, throttle }: Shared,
  provisioned: Provisioned,
  since: number,
  now: number,
): Promise<Conversation[] | undefined> {
  const query = { inbox_id: provisioned.inbox, status: 'all' };
  const ask = {
    method: 'GET',
    path: 'conversations',
    answer: Conversations,
    priority: 'background',
    longestBytes,
  } as const;
  const complain = (bad: (number | null)[]) => {
    for (const number of bad) {
      throttle(`conversation ${number}`, Infinity, () =>
        log.warn({ desk: number }, 'a conversation at the desk cannot be read; it is left out'),
      );
    }
  };
  if (now - since <= longestMs) {
    const updated_within = Math.ceil((now - since + marginMs) / 1_000);
    const answer = await api.ask({ ...ask, query: { ...query, updated_within } });
    if (answer.ok) {
      complain(answer.body.bad);
      return answer.body.data.payload;
    }
    if (!answer.tooLong) return undefined;
  }
  const found = new Map<number, Conversation>();
  for (let page = 1; ; page += 1) {
    const answer = await api.ask({ ...ask, query: { ...query, sort_by: 'last_activity_at_desc', page } });
    if (!answer.ok) return undefined;
    const rows = answer.body.data.payload;
    complain(answer.body.bad);
    for (const row of rows) found.set(row.id, row);
    const oldest = rows.at(-1);
    // An activity is written for every change of hands, so that the time of the last one will do.
    if (answer.body.count < pageSize || !oldest || movedAt(oldest) < since - marginMs) return [...found.values()];
  }
}

const movedAt = ({ last_activity_at, updated_at }: Conversation): number =>
  (last_activity_at ?? updated_at ?? 0) * 1_000;

function looksLike({ updated_at, status, meta, messages }: Conversation): string {
  return [updated_at, status, meta.assignee?.id, meta.team?.id, messages?.[0]?.id].join(' ');
}

function hintFor({ id, messages, last_non_activity_message: said }: Conversation, shared: Shared): Hint {
  const source = said?.conversation?.contact_inbox?.source_id;
  const isOurs = keyIn(shared.installation, said?.source_id) !== undefined;
  if (source && said.message_type === 1 && said.private === false && !isOurs) shared.heardIn.set(source, id);
  const last = messages?.[0];
  const shown = last && !last.private && last.message_type !== 2;
  return {
    thread: source ? { source, number: id } : { home: shared.home(), number: id },
    ids: shown ? [last.id] : [],
  };
}
