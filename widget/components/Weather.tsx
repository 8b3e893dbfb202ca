import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Clock } from '../clock.ts';
import type { Chat } from '../state/chat.ts';
import type { Saved } from '../state/saved.ts';
import type { Words } from '../text/words.ts';
import { Icon, type IconName } from './Icon.tsx';

/** A connection that comes back sooner was never away for the visitor. */
const patienceMs = 2_000;
/** How long it is shown that the connection is back. */
const backMs = 4_000;

/** What the visitor should know about the connection. */
export interface Weather {
  text: string | null;
  /** What keeps its place while it counts down: the first and longest words. */
  longest: string | undefined;
  icon: IconName;
  /** The visitor or the relay has been away for longer than a moment. */
  isAway: boolean;
  /** The first connection takes longer than usual. */
  isSlow: boolean;
}

/** Nothing in this line is wrong with the visitor. */
export function WeatherLine({ text, longest, icon }: Weather) {
  if (text === null) return null;
  return (
    <p class="weather">
      <Icon name={icon} />
      <span data-longest={longest}>
        <span>{text}</span>
      </span>
    </p>
  );
}

interface Parts {
  chat: Chat;
  saved: Saved;
  clock: Clock;
  words: Words;
  say: (text: string) => void;
}

/** The weather: told once it lasts, and when it is over how much went out. */
export function useWeather({ chat, saved, clock, words, say }: Parts): Weather {
  const isAway = useSignal(false);
  /** How many messages went out when the connection came back, while that is shown. */
  const sentWhenBack = useSignal<number | null>(null);
  const link = chat.link.value;
  const kept = chat.unsent.value.filter((entry) => !entry.failed).length;
  const keptWhileAway = useRef(0);
  useEffect(() => {
    if (link !== 'down') {
      if (link === 'up' && isAway.value) {
        isAway.value = false;
        sentWhenBack.value = keptWhileAway.current;
        return clock.after(backMs, () => {
          sentWhenBack.value = null;
        });
      }
      return;
    }
    sentWhenBack.value = null;
    return clock.after(navigator.onLine ? patienceMs : 0, () => {
      isAway.value = true;
    });
  }, [link]);
  // Counted until it is back: from then on they leave.
  if (isAway.value && link !== 'up') keptWhileAway.current = kept;

  const isSlow = chat.isSlow.value && link === 'connecting';
  useEffect(() => {
    if (isSlow) say(words.slow);
  }, [isSlow]);

  const pause = chat.outbox.pause.value;
  const waitsUntil = pause?.refusal === 'tooFast' ? pause.until : chat.slowedUntil.value;
  const isRequest = pause?.refusal !== 'tooFast' || chat.outbox.waiting.value[0]?.kind === 'ask';
  const secondsLeft = useCountdown(waitsUntil, clock);
  const trouble = chat.trouble.value;
  const isShut = trouble === 'forbidden' || trouble === 'outdated';
  const text = tell();
  const longest = useMemo(() => text ?? undefined, [waitsUntil]);
  // A countdown is said aloud once, when it begins.
  useEffect(() => say(text ?? ''), [secondsLeft === null ? text : waitsUntil]);

  function tell(): string | null {
    if (trouble === 'forbidden' || trouble === 'outdated') return words[trouble];
    if (isAway.value) return navigator.onLine ? words.unreachable(kept) : words.offline(kept);
    if (secondsLeft !== null) return words.tooFast(secondsLeft, isRequest);
    if (pause?.refusal === 'unavailable') return words.unreachable(kept);
    if (chat.isDeskAway.value) return words.deskAway;
    if (sentWhenBack.value !== null) return words.backOnline(sentWhenBack.value);
    if (!saved.works.value) return words.notKept;
    return null;
  }
  return {
    text,
    longest: secondsLeft === null ? undefined : longest,
    icon: isShut ? 'alert' : isAway.value ? 'away' : sentWhenBack.value === null ? 'clock' : 'tick',
    isAway: isAway.value,
    isSlow,
  };
}

/** Seconds until a moment, at least one, counted down; null without one. @param until by the device's clock */
function useCountdown(until: number | null, clock: Clock): number | null {
  const ticks = useSignal(0);
  useEffect(() => {
    if (until === null) return;
    let callOff: () => void;
    const tick = () => {
      callOff = clock.after(1_000, () => {
        ticks.value++;
        tick();
      });
    };
    tick();
    return () => callOff();
  }, [until]);
  void ticks.value;
  return until === null ? null : Math.max(1, Math.ceil((until - clock.now()) / 1_000));
}
