import { drawnMs, realClock } from './clock.ts';
import { openLink } from './link.ts';
import { mount } from './mount.tsx';
import { storageKey } from './options.ts';
import type { MountedPanel, MountPoint } from './mount-point.ts';
import { openSaved } from './state/saved.ts';
import { shareLink } from './tabs/share-link.ts';

// The loader fetches the panel when a pointer comes near. These come along, after the field to write in where that is
// wanted at once; what fails is fetched again when it is asked for.
realClock.after(drawnMs, () => {
  for (const fetched of [import('./transcript.ts'), import('./cards.ts')]) fetched.catch(() => {});
});

/** What the loader calls, once at most on every page: puts everything together on the place it made. */
export function mountPanel(point: MountPoint): Promise<MountedPanel> {
  const { options } = point;
  const key = storageKey(options);
  const saved = openSaved(
    key,
    () => localStorage,
    window,
    () => sessionStorage,
  );
  const link = openLink({ relay: options.relay, site: options.site });
  // Not on insecure pages, and not in every browser.
  const { locks } = navigator as Partial<Navigator>;
  const canShare = locks !== undefined && 'BroadcastChannel' in window;
  // The relay speaks one language on a connection.
  const name = `${key} ${options.language} socket`;
  return mount(point, {
    link: !canShare
      ? link
      : shareLink({
          link,
          clock: realClock,
          name,
          token: () => (saved.works.peek() ? (saved.read()?.token ?? null) : null),
          locks,
          openChannel: () => new BroadcastChannel(name),
        }),
    saved,
    clock: realClock,
  });
}
