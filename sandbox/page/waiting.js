/*
 * Who waits for a person, and how an agent hears of it: in the list, in the tab's title, and by a sound for those who
 * want one.
 */

/**
 * Since when somebody has waited for a person's word, in seconds since 1970; undefined where nobody does. After the
 * first answer only what nobody has read yet counts.
 */
export function waitingSince({ status, waiting_since, first_reply_created_at, unread_count, meta, last_activity_at }) {
  if (status !== 'open') return undefined;
  // 4.10 does not note the moment of a handoff
  if (!waiting_since) return meta.assignee || first_reply_created_at ? undefined : last_activity_at;
  return unread_count > 0 || !first_reply_created_at ? waiting_since : undefined;
}

/** "waits 6 min" */
export function waits(since, now = Date.now() / 1000) {
  const minutes = Math.max(0, Math.floor((now - since) / 60));
  if (minutes < 1) return 'waits';
  return minutes < 100 ? `waits ${minutes} min` : `waits ${Math.round(minutes / 60)} h`;
}

/** The longest wait first, then what moved last. */
export const byWait = (a, b) =>
  (waitingSince(a) ?? Infinity) - (waitingSince(b) ?? Infinity) || b.last_activity_at - a.last_activity_at || 0;

let title; // without a count
let waited; // the ids of those who waited when it was looked last; none while nothing was read

/** Counts in the title who is unread, and sounds for each new wait. */
export function tell(conversations, withSound) {
  const unread = conversations.filter(({ status, unread_count }) => status === 'open' && unread_count > 0).length;
  title ??= document.title;
  document.title = unread > 0 ? `(${unread}) ${title}` : title;
  const waiting = conversations.filter((one) => waitingSince(one) !== undefined).map(({ id }) => id);
  if (withSound && waited && waiting.some((id) => !waited.has(id))) sound();
  waited = new Set(waiting);
}

/** Two short tones. */
export function sound() {
  const context = new AudioContext();
  [660, 880].forEach((pitch, at) => {
    const from = context.currentTime + at * 0.16;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, from);
    volume.gain.exponentialRampToValueAtTime(0.12, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.15);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + 0.16);
    if (at > 0) tone.addEventListener('ended', () => void context.close());
  });
}
