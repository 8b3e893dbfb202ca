import { realClock } from './clock.ts';
import { openLink } from './link.ts';
import { mount } from './mount.tsx';
import { storageKey } from './options.ts';
import type { Seat, Seated } from './seat.ts';
import { openSaved } from './state/saved.ts';

/** What the loader calls, once at most on every page: puts everything together on the place it made. */
export function sitDown(seat: Seat): Promise<Seated> {
  const { options } = seat;
  return mount(seat, {
    link: openLink({ relay: options.relay, site: options.site }),
    saved: openSaved(
      storageKey(options),
      () => localStorage,
      window,
      () => sessionStorage,
    ),
    clock: realClock,
  });
}
