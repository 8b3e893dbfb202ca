import type { Json } from './model.ts';
import { isObject } from './values.ts';

/** A mishap for the next requests that match: what clients must live with, on demand. */
export interface Fault {
  id: number;
  /** Any, if absent. */
  method?: string;
  /** A regular expression for the path, query included. */
  path: string;
  /** How many requests it still meets. */
  times: number;
  /** Do what was asked first, and let only the answer go wrong: the client cannot know that it happened. */
  after: boolean;
  /** Wait so long before anything else, milliseconds. */
  hangMs?: number;
  /** Cut the connection instead of answering. */
  cut?: boolean;
  status?: number;
  body?: unknown;
}

/** The faults that wait for a request. */
export interface Faults {
  /** @returns the fault, or a sentence that says what is wrong with it */
  add(wanted: unknown): Fault | string;
  /** The first that matches, used up by one. */
  take(method: string, path: string): Fault | undefined;
  all(): Fault[];
  clear(): void;
}

export function createFaults(): Faults {
  let faults: Fault[] = [];
  let last = 0;
  return {
    add(wanted) {
      if (!isObject(wanted)) return 'expected a JSON object';
      const read = readFault(wanted);
      if (typeof read === 'string') return read;
      const fault = { ...read, id: ++last };
      faults.push(fault);
      return fault;
    },
    take(method, path) {
      const found = faults.find((one) => (one.method ?? method) === method && new RegExp(one.path).test(path));
      if (!found) return undefined;
      found.times -= 1;
      if (found.times <= 0) faults = faults.filter((one) => one !== found);
      return { ...found };
    },
    all: () => [...faults],
    clear: () => void (faults = []),
  };
}

function readFault(wanted: Json): Omit<Fault, 'id'> | string {
  const { method, path, times = 1, after = false, hangMs, cut, status, body } = wanted;
  if (typeof path !== 'string') return 'path: expected a regular expression as a string';
  try {
    new RegExp(path);
  } catch {
    return `path: not a regular expression: ${path}`;
  }
  if (typeof times !== 'number' || times < 1) return 'times: expected a number from 1';
  if (typeof after !== 'boolean') return 'after: expected true or false';
  if (hangMs !== undefined && typeof hangMs !== 'number') return 'hangMs: expected a number of milliseconds';
  if (status !== undefined && typeof status !== 'number') return 'status: expected an HTTP status';
  if (hangMs === undefined && status === undefined && cut !== true) return 'expected one of hangMs, status, cut';
  return {
    path,
    times,
    after,
    ...(typeof method === 'string' ? { method: method.toUpperCase() } : {}),
    ...(hangMs === undefined ? {} : { hangMs }),
    ...(cut === true ? { cut } : {}),
    ...(status === undefined ? {} : { status }),
    ...(body === undefined ? {} : { body }),
  };
}
