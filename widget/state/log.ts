import { signal } from '@preact/signals';
import type { LogEvent } from '../../shared/protocol.ts';

/**
 * The conversation's log as far as this page has it: the events 1, 2, 3 … without a gap. What comes twice changes
 * nothing; what comes too early is held until the gap is closed.
 */
export function createLog() {
  const id = signal<string | null>(null);
  const events = signal<readonly LogEvent[]>([]);
  const held = new Map<number, LogEvent>();

  const last = () => events.value.length;
  function reset(to: string | null = null) {
    id.value = to;
    events.value = [];
    held.clear();
  }

  /**
   * @param logId which log they are from; another one than ours means that ours is history, and it is dropped
   * @returns those that are part of the log now, oldest first
   */
  function receive(logId: string, incoming: readonly LogEvent[]): LogEvent[] {
    if (id.value !== logId) reset(logId);
    for (const event of incoming) if (event.seq > last()) held.set(event.seq, event);
    const added: LogEvent[] = [];
    for (let seq = last() + 1, event = held.get(seq); event; event = held.get(++seq)) {
      held.delete(seq);
      added.push(event);
    }
    if (added.length > 0) {
      const gone = new Set(added.flatMap((event) => (event.kind === 'deletion' ? [event.id] : [])));
      const all = [...events.value, ...added];
      events.value = gone.size > 0 ? all.map((event) => blank(event, gone)) : all;
    }
    return added;
  }
  return { id, events, last, hasGap: () => held.size > 0, receive, reset };
}

/** A deleted message keeps its place and loses its words. */
function blank(event: LogEvent, gone: ReadonlySet<string>): LogEvent {
  if (event.kind !== 'message' || !gone.has(event.message.id)) return event;
  const { id, author, at } = event.message;
  return { ...event, message: { id, author, at, text: '', deleted: true } };
}
