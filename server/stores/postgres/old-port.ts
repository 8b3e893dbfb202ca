import type * as Old from '../store.ts';
import type { Changes, Store } from './port.ts';

/** The store by the port of today. */
export function asOldStore(store: Store): Old.Store {
  const now = (conversation: Awaited<ReturnType<Store['conversation']>>): Old.Conversation | undefined => {
    if (!conversation) return undefined;
    const { marks: _, state, ...rest } = conversation;
    return { ...rest, state: JSON.parse(state) as Old.Conversation['state'] };
  };
  return {
    ...store,
    conversation: async (id) => now(await store.conversation(id)),
    recent: async (since, limit) => (await store.recent(since, limit)).flatMap((one) => now(one) ?? []),
    async receipt(id, request) {
      const found = await store.receipt(id, `receipt ${request}`);
      return found && { ...found, id: request, hash: found.hash ?? '' };
    },
    work: async (id) => (await store.work(id)).map(({ after: _, ...work }) => work as unknown as Old.Work),
    threads: async (id) => (await store.threads(id)).map(thread),
    threadBySource: async (source) => thread((await store.threadBySource(source))!),
    threadByNumber: async (home, number) => thread((await store.threadByNumber(home, number))!),
    async commit(id, expectedVersion, { state, events, messages, receipts, addWork, threads, ...changes }) {
      const words = new Map(messages?.map((message) => [message.id, message]));
      const result = await store.commit(id, expectedVersion, {
        ...changes,
        ...(state ? { state: JSON.stringify(state) } : {}),
        marks: { spoke: 0, forDesk: 0, told: 0, telling: null },
        entries: (events ?? []).map((event) => {
          if (event.kind !== 'message') return { event };
          const message = words.get(event.id);
          if (!message) throw new Error('this decision cannot be saved: a message without its words');
          return { event: { kind: 'message', seq: event.seq, message } };
        }),
        receipts: (receipts ?? []).map((receipt) => ({ ...receipt, id: `receipt ${receipt.id}` })),
        addWork: (addWork ?? []).map(
          (work) => ({ ...work, after: 0 }) as unknown as NonNullable<Changes['addWork']>[0],
        ),
        threads: (threads ?? []).map((thread) => ({ ...thread, takesAfter: null })) as NonNullable<Changes['threads']>,
      });
      if (result === 'taken' || result === 'fenced')
        throw new Error('this decision cannot be saved: it is there already');
      return result;
    },
  };
}

function thread<T extends object | undefined>(thread: T): T {
  if (!thread) return thread;
  const { takesAfter: _, ...rest } = thread as object & { takesAfter?: unknown };
  return rest as T;
}
