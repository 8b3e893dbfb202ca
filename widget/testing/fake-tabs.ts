interface Tab {
  isAsleep: boolean;
  /** What happens to it once it is awake. */
  then: (() => void)[];
}
interface Request {
  owner: Tab;
  run: (lock: Lock | null) => unknown;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What one browser has for the tabs of an origin: one lock, and one channel, as far as they are used here. */
export function createFakeTabs() {
  const queue: Request[] = [];
  let holder: Request | undefined;
  const channels = new Set<{ owner: Tab; onmessage: ((event: MessageEvent) => void) | null }>();

  function give() {
    if (holder) return;
    const next = (holder = queue.shift());
    if (!next) return;
    void Promise.resolve()
      .then(() => next.run({ name: 'lock', mode: 'exclusive' }))
      .then((value) => {
        if (holder === next) holder = undefined;
        next.resolve(value);
        give();
      });
  }
  function openTab() {
    const owner: Tab = { isAsleep: false, then: [] };
    const request = (_name: string, options: LockOptions, run: (lock: Lock | null) => unknown) =>
      new Promise((resolve, reject) => {
        const mine = { owner, run, resolve, reject };
        if (options.ifAvailable && holder) return resolve(run(null));
        if (options.steal) {
          const robbed = holder;
          const tell = () => robbed?.reject(new DOMException('stolen', 'AbortError'));
          if (robbed?.owner.isAsleep) robbed.owner.then.push(tell);
          else tell();
          holder = undefined;
          queue.unshift(mine);
        } else queue.push(mine);
        options.signal?.addEventListener('abort', () => {
          const at = queue.indexOf(mine);
          if (at >= 0) queue.splice(at, 1);
          reject(new DOMException('aborted', 'AbortError'));
        });
        give();
      });
    function openChannel() {
      const channel = {
        owner,
        onmessage: null as ((event: MessageEvent) => void) | null,
        postMessage(word: unknown) {
          if (owner.isAsleep) return;
          if (!channels.has(channel)) throw new DOMException('closed', 'InvalidStateError');
          const data: unknown = structuredClone(word);
          for (const other of channels) {
            if (other !== channel)
              queueMicrotask(
                () =>
                  channels.has(other) &&
                  !other.owner.isAsleep &&
                  other.onmessage?.(new MessageEvent('message', { data })),
              );
          }
        },
        close: () => void channels.delete(channel),
      };
      channels.add(channel);
      return channel as unknown as BroadcastChannel;
    }
    return {
      locks: { request } as unknown as LockManager,
      openChannel,
      /** Nothing in it runs any more, and the browser knows: its lock goes on to the next. */
      kill() {
        owner.isAsleep = true;
        for (const channel of channels) if (channel.owner === owner) channels.delete(channel);
        for (const request of [...queue]) if (request.owner === owner) queue.splice(queue.indexOf(request), 1);
        if (holder?.owner === owner) holder = undefined;
        give();
      },
      /** It holds what it holds, hears nothing and says nothing: as a phone does it with tabs in the background. */
      sleep: () => void (owner.isAsleep = true),
      wake() {
        owner.isAsleep = false;
        for (const happen of owner.then.splice(0)) happen();
      },
    };
  }
  return { openTab };
}
