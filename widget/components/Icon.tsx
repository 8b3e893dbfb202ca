/** Drawn on a 20 × 20 grid, one path each, stroke 1.75, round ends. */
const paths = {
  assistant: 'M4.5 6.5h11M4.5 10h11M4.5 13.5h6',
  person: 'M10 10a3.25 3.25 0 1 0 0-6.5A3.25 3.25 0 0 0 10 10Zm-6.5 7c.4-2.9 3-4.5 6.5-4.5s6.1 1.6 6.5 4.5',
  send: 'M10 16.5v-13M4.5 9 10 3.5 15.5 9',
  down: 'm4.5 7.5 5.5 5.5 5.5-5.5',
  retry: 'M16 10a6 6 0 1 1-1.8-4.3L16.5 8m0-4.5V8H12',
  file: 'M11.5 3v4.5H16M11.5 3H5.5a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1V7Z',
  alert: 'M10 6v5m0 3h.01M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  clock: 'M10 6v4.5l3 1.5m-3 5a7 7 0 1 0 0-14 7 7 0 0 0 0 14Z',
  end: 'M8 3.5H4.5v13H8M12.5 6l4 4-4 4m4-4H8',
  away: 'M3 8.5a9.9 9.9 0 0 1 14 0m-11 3.5a5.7 5.7 0 0 1 8 0m-4 3.5h.01M4.5 3l11 14',
};
export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

const glyphs = {
  pass: 'M1 0h6q1 0 1 1v6q0 1-1 1H1q-1 0-1-1V1q0-1 1-1Z',
  relay: 'M4 0a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z',
};
const barAndPerson =
  'M12.25 2.25h5.5q1.25 0 1.25 1.25v1q0 1.25-1.25 1.25h-5.5Q11 5.75 11 4.5v-1q0-1.25 1.25-1.25ZM26 0a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z';
/** `pass`: from the assistant to a person; `back`: the other way; `relay`: from one person to another. */
export type GlyphName = 'pass' | 'relay' | 'back';

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg class="glyph" viewBox="0 0 30 8" aria-hidden="true" data-back={name === 'back' ? '' : undefined}>
      <path d={(name === 'relay' ? glyphs.relay : glyphs.pass) + barAndPerson} />
    </svg>
  );
}
