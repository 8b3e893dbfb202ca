import { realClock } from './clock.ts';
import { openLink } from './link.ts';
import { mount } from './mount.tsx';
import { storageKey } from './options.ts';
import type { MountedPanel, MountPoint } from './mount-point.ts';
import { openSaved } from './state/saved.ts';
import { shareLink } from './tabs/share-link.ts';

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
