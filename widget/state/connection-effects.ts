import { computed, effect, signal } from '@preact/signals';
import type { Clock } from '../clock.ts';
import type { Link } from '../link.ts';
import { type Connection, type ConnectionEffect, type ConnectionEvent, next } from './connection.ts';

/** The connection in words for people. `down`: it was lost or never came, and comes back by itself. */
type LinkStatus = 'off' | 'connecting' | 'up' | 'down' | 'refused';

/** A connection that takes longer is told of. */
const slowMs = 1_500;

interface Parts {
  link: Link;
  clock: Clock;
  /** The socket is open: says hello, and sends what became of it. */
  hello: () => void;
}

/** Carries out what the machine of the connection decides, and tells it what happens to socket, network and page. */
export function createConnection({ link, clock, hello }: Parts) {
  const state = signal<Connection>({ is: 'off' });
  let callOff: (() => void) | undefined;

  function send(event: ConnectionEvent) {
    const { now, effects } = next(state.peek(), event, clock.now(), Math.random());
    // A pause belongs to the state that began it.
    if (now !== state.peek()) callOff?.();
    state.value = now;
    effects.forEach(run);
  }
  function run(effect: ConnectionEffect) {
    switch (effect.do) {
      case 'dial':
        return link.dial();
      case 'hangUp':
        return link.hangUp();
      case 'hello':
        return hello();
      case 'wait':
        callOff = clock.after(effect.ms, () => send({ kind: 'due' }));
    }
  }

  const since = computed(() => ('since' in state.value ? state.value.since : null));
  const isSlow = signal(false);
  const watch = effect(() => {
    isSlow.value = false;
    if (since.value === null) return;
    return clock.after(since.value + slowMs - clock.now(), () => (isSlow.value = true));
  });

  link.onChange((kind) => send({ kind }));
  const onOnline = () => send({ kind: 'online' });
  const onOffline = () => send({ kind: 'offline' });
  const onVisibility = () => {
    if (document.visibilityState === 'visible') send({ kind: 'shown' });
  };
  addEventListener('online', onOnline);
  addEventListener('offline', onOffline);
  document.addEventListener('visibilitychange', onVisibility);

  return {
    state,
    send,
    isReady: computed(() => state.value.is === 'ready'),
    status: computed((): LinkStatus => {
      const { value: now } = state;
      switch (now.is) {
        case 'off':
        case 'refused':
          return now.is;
        case 'ready':
          return 'up';
        case 'connecting':
        case 'greeting':
          return now.attempt === 0 ? 'connecting' : 'down';
        case 'waiting':
          return now.isSlowed ? 'connecting' : 'down';
      }
    }),
    /** Since when the visitor waits for it, in milliseconds since 1970 by the device's clock; null where nobody waits. */
    since,
    /** It takes longer than usual. */
    isSlow,
    trouble: computed(() => (state.value.is === 'refused' ? state.value.why : null)),
    /** The relay was asked too often; until then. */
    slowedUntil: computed(() => {
      const { value: now } = state;
      return now.is === 'waiting' && now.isSlowed ? now.until : null;
    }),
    /** Ends it for good. */
    close() {
      watch();
      send({ kind: 'unwanted' });
      removeEventListener('online', onOnline);
      removeEventListener('offline', onOffline);
      document.removeEventListener('visibilitychange', onVisibility);
    },
  };
}
