import { channel } from 'node:diagnostics_channel';

/** The requests that leave this process from now on, as `POST /api/v1/accounts/1/inboxes`. */
export function countRequests(): Disposable & { all: string[] } {
  const all: string[] = [];
  const count = (event: unknown) => {
    const { request } = event as { request: { method: string; path: string } }; // as undici documents it
    all.push(`${request.method} ${request.path}`);
  };
  const requests = channel('undici:request:create');
  requests.subscribe(count);
  return { all, [Symbol.dispose]: () => void requests.unsubscribe(count) };
}
