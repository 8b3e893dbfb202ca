import { Pool } from 'undici';
import type { Log } from '../../../log.ts';
import type { Address } from './address.ts';
import { classify, classifyError, TooLong } from './classify.ts';
import { createHealth, type Health } from './health.ts';
import { createQueue } from './queue.ts';
import type { Ask, Answer, Denied, Failure } from './answer.ts';

/** Chatwoot's HTTP API, one account of it. Nothing in here throws for what a desk does on a bad day. */
export interface Api {
  ask<T>(ask: Ask<T>): Promise<Answer<T>>;
  readonly health: Health;
  /** Set once the bot is known. */
  setBotToken(token: string): void;
  close(): Promise<void>;
}

interface ApiOptions {
  address: Address;
  account: number;
  token: string;
  log: Log;
  now: () => number;
  /** Milliseconds to connect, and for the whole request (longer than the desk's own 15 s). */
  connectMs?: number;
  totalMs?: number;
  /** The desk did not answer, or not as itself. */
  away?: () => void;
  /** The bot's token is not good (any more). */
  botRefused?: () => void;
  /** The token's user lacks a right. Called once, until it is there again or a more basic one is missing. */
  rightLost?: (right: Denied, why: string) => void;
}

const atOnce = 4;
const longestBytes = 5 * 1024 * 1024;

export function openApi(options: ApiOptions): Api {
  const { address, account, token, log, now, connectMs = 3_000, totalMs = 20_000 } = options;
  const pool = new Pool(address.origin, { connections: atOnce, connect: { timeout: connectMs } });
  const queue = createQueue(atOnce);
  const url = `${address.origin}${address.prefix}`;
  const health = createHealth({ log, url, now, lost: (right, why) => options.rightLost?.(right, why) });
  let botToken: string | undefined;
  let ended = false;

  async function send<T>(ask: Ask<T>): Promise<Answer<T>> {
    const { method, path, query, body, as = 'user' } = ask;
    const secret = as === 'user' ? token : botToken;
    if (ended) return waits('the relay ends');
    if (as === 'bot' && secret === undefined) return waits('the bot is not set up yet');
    const root = path.startsWith('/') ? path : `/api/v1/accounts/${account}/${path}`;
    const search = query
      ? `?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, `${value}`]))}`
      : '';
    try {
      const response = await pool.request({
        method,
        path: `${address.prefix}${root}${search}`,
        headers: {
          accept: 'application/json',
          ...(as === 'nobody' || secret === undefined ? {} : { 'Api-Access-Token': secret }),
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(totalMs),
      });
      const date = Date.parse(String(response.headers['date'] ?? ''));
      const at = Number.isNaN(date) ? now() : date;
      const text = await readBody(response.body, ask.longestBytes ?? longestBytes);
      return classify({ ask, status: response.statusCode, headers: response.headers, text, at });
    } catch (error) {
      return classifyError(error, ask);
    }
  }

  return {
    health,
    setBotToken: (secret) => void (botToken = secret),
    ask: (ask) =>
      queue.run(ask.priority ?? 'write', async () => {
        if (ask.mayLeave?.() === false) return waits('another relay does it by now');
        const number = health.began();
        const answer = await send(ask);
        if (!answer.ok && answer.denied && answer.denied !== 'action' && ask.as === 'bot') {
          options.botRefused?.();
          return { ...answer, retryAfterMs: 5_000 };
        }
        if (!ended) health.saw(ask, answer, number);
        if (!answer.ok && answer.away) options.away?.();
        return answer;
      }),
    close() {
      // What waits is not sent any more, and what is under way is given up.
      ended = true;
      return pool.destroy();
    },
  };
}

/** The same API for one task: what would change something leaves only while it may. */
export const whileAllowed = (api: Api, mayLeave: () => boolean): Api => ({
  ...api,
  ask: (ask) => api.ask(ask.method === 'GET' || ask.looksUp ? ask : { ...ask, mayLeave }),
});

function waits(why: string): Failure {
  return { ok: false, result: 'unsent', why, status: null, retryAfterMs: 2_000 };
}

async function readBody(body: AsyncIterable<Uint8Array>, longest: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    // Leaving the loop destroys the body.
    if (length > longest) throw new TooLong(`the answer is longer than ${longest / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
