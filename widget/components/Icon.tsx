/** Drawn on a 20 × 20 grid, one path each, stroke 1.75, round ends. */
const paths = {
  assistant: 'M3.5 6.5h13M3.5 10.25h13M3.5 14h7',
  person: 'M10 10a3.25 3.25 0 1 0 0-6.5A3.25 3.25 0 0 0 10 10Zm-6.5 7c.4-2.9 3-4.5 6.5-4.5s6.1 1.6 6.5 4.5',
  send: 'M10 16.5v-13M4.5 9 10 3.5 15.5 9',
  down: 'm4.5 7.5 5.5 5.5 5.5-5.5',
  retry: 'M16 10a6 6 0 1 1-1.8-4.3L16.5 8m0-4.5V8H12',
  file: 'M11.5 3v4.5H16M11.5 3H5.5a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V7Z',
  tick: 'm4.5 10.5 4 4 7.5-9',
  alert: 'M10 6v5m0 3h.01M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  clock: 'M10 6v4.5l3 1.5m-3 5a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  end: 'M8 3.5H4.5v13H8M12.5 6l4 4-4 4m4-4H8',
  away: 'M3 8.5a9.9 9.9 0 0 1 14 0m-11 3.5a5.7 5.7 0 0 1 8 0m-4 3.5h.01M4.5 3l11 14',
};
export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

/** Who hands the baton to whom, and how far it is. The last is a person who comes to another one. */
export type GlyphName = 'agent' | 'bot' | 'relay' | 'both';

/** Square, bar, circle: the whole idea in 44 × 14 px. */
export function Glyph({ name }: { name: GlyphName }) {
  const isAmongPeople = name === 'relay' || name === 'both';
  return (
    <svg
      class="glyph"
      viewBox="0 0 44 14"
      aria-hidden="true"
      data-at={name === 'relay' ? 'agent' : name === 'both' ? 'out' : name}
    >
      <rect width="14" height="14" rx={isAmongPeople ? 7 : 4} />
      <rect class="bar" y="4.5" width="12" height="5" rx="2.5" />
      <circle cx="37" cy="7" r="7" />
    </svg>
  );
}
