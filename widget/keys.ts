/** Keys that move the focus. Within a text they move the caret. */
const moves = /^(Tab|Arrow)/;

/**
 * Keeps `data-keys` on the corner while the visitor goes about by keys, so that the field's ring is drawn for them and for
 * nobody else.
 */
export function watchKeys(corner: HTMLElement): () => void {
  const onKey = ({ key, target }: KeyboardEvent) => {
    if (moves.test(key) && !(key !== 'Tab' && target instanceof HTMLTextAreaElement)) corner.dataset.keys = '';
  };
  const onPointer = () => {
    delete corner.dataset.keys;
  };
  // Tab comes in from the page: only its end is heard here.
  corner.addEventListener('keydown', onKey, true);
  corner.addEventListener('keyup', onKey, true);
  corner.addEventListener('pointerdown', onPointer, true);
  return () => {
    corner.removeEventListener('keydown', onKey, true);
    corner.removeEventListener('keyup', onKey, true);
    corner.removeEventListener('pointerdown', onPointer, true);
  };
}
