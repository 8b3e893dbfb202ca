import type { Clock } from './clock.ts';

/** For this long what appeared under a resting pointer does nothing… */
const restMs = 600;
/** …unless the pointer has moved farther than this, in pixels: about half of a button. */
const nearPx = 24;

/**
 * A double click on the launcher would send the draft, for Send lies where the launcher was. So does a button of a card
 * where another one was. Keys and what assists with reading press without a pointer, and are never held back.
 * @param box what is guarded
 * @param launcher where the pointer rests as long as nobody has followed it: it came before us
 */
export function createGuard(box: HTMLElement, clock: Clock, launcher: HTMLElement) {
  const place = launcher.getBoundingClientRect();
  let pointer: { x: number; y: number } | undefined;
  let resting: typeof pointer;
  let until = 0;

  const follow = ({ clientX: x, clientY: y }: MouseEvent) => {
    pointer = { x, y };
  };
  const onClick = (event: MouseEvent) => {
    const { detail, clientX: x, clientY: y } = event;
    const isByPointer = detail > 0;
    const isNear = resting
      ? Math.hypot(x - resting.x, y - resting.y) < nearPx
      : x >= place.left && x <= place.right && y >= place.top && y <= place.bottom;
    if (!isByPointer || !isNear || clock.now() >= until) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const lift = () => {
    until = 0;
  };
  box.addEventListener('pointerdown', follow, true);
  box.addEventListener('pointermove', follow, true);
  box.addEventListener('click', onClick, true);
  // What is typed meanwhile is meant.
  box.addEventListener('input', lift, true);
  return {
    /** Something appears now. */
    raise() {
      resting = pointer;
      until = clock.now() + restMs;
    },
    /** What appeared is gone again: nothing is pressed by mistake any more. */
    lower: lift,
    close() {
      box.removeEventListener('pointerdown', follow, true);
      box.removeEventListener('pointermove', follow, true);
      box.removeEventListener('click', onClick, true);
      box.removeEventListener('input', lift, true);
    },
  };
}
export type Guard = ReturnType<typeof createGuard>;
