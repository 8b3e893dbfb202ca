import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

interface Props {
  name: string;
  /** It covers the page: nothing else can be reached, and focus stays inside. */
  isFull: boolean;
  /** It was open already, before the page was loaded again: nothing moves. */
  isBack: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

const reachable = 'button:not([disabled]), a[href], textarea, [tabindex="0"]';

/** The dialog. Esc closes it; keys that are pressed in it are no business of the page's. */
export function Panel({ name, isFull, isBack, onClose, children }: Props) {
  const box = useRef<HTMLElement>(null);
  function onKeyDown(event: KeyboardEvent) {
    event.stopPropagation();
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      onClose();
    }
    if (event.key === 'Tab' && isFull && box.current) stayInside(event, box.current);
  }
  const keep = (event: Event) => {
    event.stopPropagation();
  };
  return (
    <section
      class="panel"
      part="panel"
      role="dialog"
      aria-label={name}
      aria-modal={isFull ? 'true' : undefined}
      data-back={isBack ? '' : undefined}
      ref={box}
      onKeyDown={onKeyDown}
      onKeyUp={keep}
      onKeyPress={keep}
    >
      {children}
    </section>
  );
}

/** Tab goes round. */
function stayInside(event: KeyboardEvent, box: HTMLElement): void {
  const stops = [...box.querySelectorAll<HTMLElement>(reachable)];
  const from = event.shiftKey ? stops[0] : stops.at(-1);
  const to = event.shiftKey ? stops.at(-1) : stops[0];
  const { activeElement } = box.getRootNode() as ShadowRoot | Document;
  if (activeElement !== from && stops.includes(activeElement as HTMLElement)) return;
  event.preventDefault();
  to?.focus();
}
