import { channel } from 'node:diagnostics_channel';

/** The requests that left this process, as `POST /api/v1/accounts/1/inboxes`, and those that were answered. */
export interface Requests extends Disposable {
  readonly asked: string[];
  readonly answered: string[];
  /** Begins to count anew. */
  clear(): void;
}

/**
 * Counts requests as undici tells of them, which is what the relay asks its desk with.
 * @param token only those that carry it: a test's own requests to the desk use others; all without it
 */
export function countRequests(token = ''): Requests {
  const asked: string[] = [];
  const answered: string[] = [];
  const into = (list: string[]) => (event: unknown) => {
    // As undici documents it; the headers are one string in some versions, a list of names and values in others.
    const { request } = event as { request: { method: string; path: string; headers: string | string[] } };
    if (String(request.headers).includes(token)) list.push(`${request.method} ${request.path}`);
  };
  const told = [
    [channel('undici:request:create'), into(asked)],
    [channel('undici:request:trailers'), into(answered)],
  ] as const;
  for (const [which, listener] of told) which.subscribe(listener);
  return {
    asked,
    answered,
    clear() {
      asked.length = 0;
      answered.length = 0;
    },
    [Symbol.dispose]() {
      for (const [which, listener] of told) which.unsubscribe(listener);
    },
  };
}
