import type { Api } from '../http/api.ts';
import { readAgents } from '../http/calls.ts';

/** The names that people at the desk go by with visitors; deliveries hold their private ones only. */
export interface Names {
  /** @returns undefined where it is not known yet; it is asked for then */
  of(person: number): string | undefined;
}

/** Names change seldom, milliseconds. */
const freshMs = 15 * 60_000;
/** Somebody unknown, or a desk that does not answer, is not asked about at every keystroke, milliseconds. */
const pauseMs = 60_000;

export function createNames(api: Api, now: () => number): Names {
  let known = new Map<number, string>();
  let readAt = -Infinity;
  let askedAt = -Infinity;

  async function read(): Promise<void> {
    askedAt = now();
    const answer = await readAgents(api, 'reading');
    if (!answer.ok) return;
    known = new Map(answer.body.flatMap(({ id, available_name }) => (available_name ? [[id, available_name]] : [])));
    readAt = now();
  }

  return {
    of(person) {
      const stale = !known.has(person) || now() - readAt > freshMs;
      if (stale && now() - askedAt > pauseMs) void read();
      return known.get(person);
    },
  };
}
