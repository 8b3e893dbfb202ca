import { batch, signal } from '@preact/signals';
import type { Handoff } from '../../shared/handoff.ts';
import { markOf } from '../../shared/mark.ts';
import type { LogEvent, News, Welcome } from '../../shared/protocol.ts';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import { createLog } from './log.ts';
import { isTemporary, pauseMs } from './retry.ts';

/** What became part of the log at once. `first`: it was there before this page looked. */
export interface Heard {
  events: readonly LogEvent[];
  first: boolean;
}

const atStart: Handoff = { phase: 'bot', epoch: 0 };

/** What was said and who answers, as the relay's log tells it. What is missing is read, page by page. */
export function createHistory({ link, clock }: { link: Link; clock: Clock }) {
  const log = createLog();
  const handoff = signal<Handoff>(atStart);
  /** The handoff we know is the one after this event. */
  let handoffSeq = 0;
  /** The last event that told of another handoff, apart from what a connection begins with. */
  const turned = signal(0);
  const heard = signal<Heard>({ events: [], first: true });
  let callOff: (() => void) | undefined;

  function reset(to: string | null = null) {
    batch(() => {
      log.reset(to);
      handoff.value = atStart;
      handoffSeq = 0;
    });
  }
  function take(logId: string, events: readonly LogEvent[], from?: { handoff: Handoff; seq: number }) {
    batch(() => {
      const first = log.last() === 0 && handoffSeq === 0;
      if (log.id.value !== null && log.id.value !== logId) reset(logId);
      const added = log.receive(logId, events);
      if (from) {
        handoff.value = from.handoff;
        handoffSeq = from.seq;
      }
      for (const event of added) {
        if (event.kind !== 'handoff' || event.seq <= handoffSeq) continue;
        handoff.value = event.handoff;
        handoffSeq = turned.value = event.seq;
      }
      if (added.length > 0) heard.value = { events: added, first };
    });
  }

  let isReading = false;
  /** Reads what is missing up to this event. */
  async function catchUp(to: number) {
    if (isReading) return;
    isReading = true;
    try {
      await read(to);
    } finally {
      isReading = false;
    }
  }
  async function read(to: number) {
    while (log.id.value !== null && (log.last() < to || log.hasGap())) {
      const before = log.last();
      const reply = await link.ask('log:read', { after: before });
      if (!reply) return; // the next connection begins with what is missing
      if (!reply.ok) {
        if (!isTemporary(reply.refusal)) return;
        callOff?.();
        callOff = clock.after(reply.retryAfterMs ?? pauseMs(3), () => void catchUp(to));
        return;
      }
      const { log: logId, events, seq } = reply.value;
      if (logId !== log.id.value) {
        reset(logId);
        to = seq;
        continue;
      }
      take(logId, events);
      to = Math.max(to, seq);
      if (log.last() === before) return;
    }
  }

  /** What is told while hello is being answered; it may or may not be in the answer. */
  let early: News['event'][] | undefined = [];
  function hear(news: News['event']) {
    if (early) return void early.push(news);
    take(news.log, [news.event]);
    if (log.hasGap()) void catchUp(news.event.seq);
  }
  link.on('event', hear);

  return {
    id: log.id,
    events: log.events,
    handoff,
    turned,
    heard,
    /** The last event there is here. */
    last: log.last,
    handoffSeq: () => handoffSeq,
    take,
    catchUp,
    reset,
    /** The log tells what became of a request. Should its news not have come, it is read. */
    compare(answer: Handoff) {
      const { epoch, phase } = handoff.peek();
      if (answer.epoch !== epoch || answer.phase !== phase) void catchUp(log.last() + 1);
    },
    /** @returns what hello says of it: where we stand, and how the last event was */
    stand() {
      early = [];
      const newest = log.events.peek().at(-1);
      const id = log.id.peek();
      return id === null ? {} : { log: id, after: log.last(), ...(newest && { mark: markOf(newest) }) };
    },
    welcome(conversation: Welcome['conversation']) {
      const told = early ?? [];
      early = undefined;
      if (conversation) take(conversation.log, conversation.events, conversation);
      else if (log.id.value !== null) reset();
      told.forEach(hear);
      if (conversation) void catchUp(conversation.seq);
    },
    close: () => callOff?.(),
  };
}
export type History = ReturnType<typeof createHistory>;
