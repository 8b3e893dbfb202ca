import { realClock } from './clock.ts';
import { openLink } from './link.ts';
import { mount } from './mount.tsx';
import { storageKey } from './options.ts';
import type { MountedPanel, MountPoint } from './mount-point.ts';
import { openSaved } from './state/saved.ts';

/** What the loader calls, once at most on every page: puts everything together on the place it made. */
export function mountPanel(point: MountPoint): Promise<MountedPanel> {
  const { options } = point;
  return mount(point, {
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

/** What it was called before: a page may have loaded its loader long before the panel. */
export { mountPanel as sitDown };
