import type { Api } from '../http/api.ts';
import { readAgents } from '../http/calls.ts';

/** The people at the desk, as it last listed them. They change seldom, and nobody waits for the list. */
export interface Agents {
  /** The name they go by with visitors; deliveries hold their private ones only. Undefined where it is not known yet. */
  nameOf(person: number): string | undefined;
  /** Where their pictures are, by their ids. Another map each time the list was read. */
  pictures(): ReadonlyMap<string, string>;
  /** Reads the list where it is old. */
  refresh(): void;
}

/** Names and pictures change seldom, milliseconds. */
const freshMs = 15 * 60_000;
/** Somebody unknown, or a desk that does not answer, is not asked about at every keystroke, milliseconds. */
const pauseMs = 60_000;

export function createAgents(api: Api, now: () => number): Agents {
  let names = new Map<number, string>();
  let pictures = new Map<string, string>();
  let readAt = -Infinity;
  let askedAt = -Infinity;

  async function read(): Promise<void> {
    askedAt = now();
    const answer = await readAgents(api, 'background');
    if (!answer.ok) return;
    names = new Map(answer.body.flatMap(({ id, available_name }) => (available_name ? [[id, available_name]] : [])));
    pictures = new Map(answer.body.flatMap(({ id, thumbnail }) => (thumbnail ? [[String(id), thumbnail]] : [])));
    readAt = now();
  }

  function refresh({ isMissing = false } = {}): void {
    if ((isMissing || now() - readAt > freshMs) && now() - askedAt > pauseMs) void read();
  }

  return {
    refresh,
    nameOf(person) {
      refresh({ isMissing: !names.has(person) });
      return names.get(person);
    },
    pictures() {
      refresh();
      return pictures;
    },
  };
}
