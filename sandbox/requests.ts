import type { RequestHandler } from 'express';

/** A request to the API that was answered. Times in milliseconds since 1970, with fractions. */
export interface Answered {
  method: string;
  /** With the query. */
  path: string;
  at: number;
  answeredAt: number;
}

/** So many are kept. */
const most = 1_000;

/** Keeps what was answered, so that one can count what a relay asks for. */
export function createRequests(): { keep: RequestHandler; recent(): Answered[] } {
  let answered: Answered[] = [];
  const now = () => performance.timeOrigin + performance.now();
  return {
    recent: () => [...answered],
    keep(request, response, next) {
      const at = now();
      const { method, originalUrl: path } = request;
      if (!path.startsWith('/sandbox/')) {
        response.once('finish', () => {
          answered = [...answered.slice(1 - most), { method, path, at, answeredAt: now() }];
        });
      }
      next();
    },
  };
}
