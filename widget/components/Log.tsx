import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Words } from '../text/words.ts';

interface Props {
  words: Words;
  /** Nobody has said anything yet: the log begins at its top, so that the greeting is read first. */
  isFirst: boolean;
  /** Grows with each thing said by somebody else. */
  arrivals: number;
  /** Grows with each thing the visitor says: they want to see it. */
  sends: number;
  children: ComponentChildren;
}

/** What is greeted with starts at its top when this much or more of it does not fit, in pixels. */
const tooMuch = 140;
/** Near enough to the end to be pulled along, in pixels. */
const nearEnd = 48;

/** The transcript. A reader who has scrolled up is not pulled down: a button waits at its end. */
export function Log({ words, isFirst, arrivals, sends, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const isDrawn = useRef(!window.ResizeObserver);
  const isGreeting = useRef(isFirst);
  isGreeting.current = isFirst;
  const [seen, setSeen] = useState(arrivals);

  const toEnd = () => {
    const log = box.current;
    if (!log) return;
    const hidden = log.scrollHeight - log.clientHeight;
    log.scrollTop = isGreeting.current && hidden > tooMuch ? 0 : hidden;
  };
  const onScroll = () => {
    const log = box.current;
    if (!log) return;
    isAtEnd.current = log.scrollHeight - log.clientHeight - log.scrollTop < nearEnd;
    if (isAtEnd.current) setSeen(arrivals);
  };
  useLayoutEffect(() => {
    isAtEnd.current = true;
  }, [sends]);
  useLayoutEffect(() => {
    if (!isAtEnd.current) return;
    // What is drawn first is watched below before it is painted: measured here, it would be laid out twice.
    if (isDrawn.current) toEnd();
    isDrawn.current = true;
    setSeen(arrivals);
  });
  // The dock grows and the keyboard comes: the end stays the end.
  useLayoutEffect(() => {
    if (!box.current || !window.ResizeObserver) return;
    const watch = new ResizeObserver(() => {
      if (isAtEnd.current) toEnd();
    });
    watch.observe(box.current);
    return () => {
      watch.disconnect();
    };
  }, []);

  return (
    <div
      class="log"
      part="log"
      role="log"
      aria-live="off"
      aria-label={words.conversation}
      tabIndex={0}
      ref={box}
      onScroll={onScroll}
    >
      {children}
      {arrivals > seen && (
        <button
          class="btn jump"
          part="button"
          type="button"
          onClick={() => {
            isAtEnd.current = true;
            toEnd();
            setSeen(arrivals);
            box.current?.focus({ preventScroll: true });
          }}
        >
          {words.newMessages(arrivals - seen)}
        </button>
      )}
    </div>
  );
}
