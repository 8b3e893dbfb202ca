import { type ReadonlySignal, signal } from '@preact/signals';

const small = '(max-width: 479.9px), (max-height: 499.9px)';

/**
 * Whether the panel covers the window, and how much of the window is to be seen: on a phone the keyboard lies over it,
 * and only `visualViewport` knows.
 * @param corner gets `data-mode`, and the window's visible part as custom properties
 */
export function watchViewport(corner: HTMLElement): { isFull: ReadonlySignal<boolean>; close: () => void } {
  const query = matchMedia(small);
  const isFull = signal(query.matches);
  const view = window.visualViewport;
  let frame = 0;

  const onQuery = () => {
    isFull.value = query.matches;
    corner.dataset.mode = query.matches ? 'full' : 'side';
  };
  const measure = () => {
    frame = 0;
    if (!view || view.scale > 1.01) return; // zoomed in by hand: leave it where it was
    corner.style.setProperty('--seen-height', `${view.height}px`);
    corner.style.setProperty('--seen-top', `${view.offsetTop}px`);
  };
  const onView = () => {
    frame ||= requestAnimationFrame(measure);
  };
  measure();
  onQuery();
  query.addEventListener('change', onQuery);
  view?.addEventListener('resize', onView);
  view?.addEventListener('scroll', onView);
  return {
    isFull,
    close() {
      cancelAnimationFrame(frame);
      query.removeEventListener('change', onQuery);
      view?.removeEventListener('resize', onView);
      view?.removeEventListener('scroll', onView);
    },
  };
}
