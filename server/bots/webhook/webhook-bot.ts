import { setTimeout as wait } from 'node:timers/promises';
import { Agent, request, type Dispatcher } from 'undici';
import { BotFailure, type Bot, type BotWants, type Turn } from '../bot.ts';
import { readReply } from './actions.ts';
import { requestBody, requestHeaders } from './request.ts';

/** The largest reply, in bytes. */
const largestReply = 256 * 1_024;

interface Options {
  /** As people at the desk and the inbox know it. */
  name: string;
  url: string;
  /** Signs what is posted. */
  secret: string;
  /** What it is posted beside the visitor's words; without it, nothing. */
  wants?: BotWants;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** How long to wait before the attempt of that number, from 2 on, in milliseconds. */
  delayMs?: (attempt: number) => number;
}

/**
 * A bot of the operator's own, asked by HTTP. A turn may be posted more than once, always with the same
 * `Idempotency-Key`: after connection errors, 408, 425, 429 and 5xx, as long as the deadline is not over. When the
 * right to answer is taken away the connection is closed, so that the bot can stop, too.
 */
export function openWebhookBot(options: Options): Bot & AsyncDisposable {
  const { name, now = Date.now, delayMs = (attempt) => Math.min(4_000, 125 * 2 ** attempt) } = options;
  // The deadline is the turn's own; a connection that does not come about is given up earlier, and tried again.
  const agent = new Agent({ connections: 64, connect: { timeout: 3_000 }, headersTimeout: 0, bodyTimeout: 0 });

  async function post(turn: Turn, body: string, signal: AbortSignal): Promise<Posted> {
    const headers = requestHeaders(turn.id, body, options.secret, now());
    try {
      const response = await request(options.url, { method: 'POST', headers, body, signal, dispatcher: agent });
      if (response.statusCode === 200) return { body: await readBody(response.body) };
      await response.body.dump({ limit: largestReply, signal });
      if (response.statusCode === 204 && turn.event) return { body: { actions: [] } };
      return refusalOf(response);
    } catch (error) {
      if (error instanceof BotFailure || signal.aborted) throw error;
      // Nothing, or not all, of a reply came.
      return { again: true, failure: new BotFailure('the bot cannot be reached', { retry: true, cause: error }) };
    }
  }

  return {
    name,
    ...(options.wants ? { wants: options.wants } : {}),
    async reply(turn, signal) {
      const late = AbortSignal.timeout(turn.deadlineMs);
      const either = AbortSignal.any([signal, late]);
      const body = requestBody(name, turn);
      let last: BotFailure | undefined;
      try {
        for (let attempt = 1; ; attempt++) {
          const posted = await post(turn, body, either);
          if ('body' in posted) return readReply(posted.body, turn);
          last = posted.failure;
          if (!posted.again) throw last;
          await wait(Math.max(posted.waitMs ?? 0, delayMs(attempt + 1)), undefined, { signal: either });
        }
      } catch (error) {
        if (signal.aborted) throw new BotFailure('the answer is not wanted any more', { cause: last ?? error });
        if (error instanceof BotFailure) throw error;
        if (late.aborted) throw last ?? new BotFailure('the bot did not reply in time', { retry: true, cause: error });
        throw new BotFailure('the bot could not be asked', { cause: error });
      }
    },
    async [Symbol.asyncDispose]() {
      await agent.destroy();
    },
  };
}

type Posted = { body: unknown } | { again: boolean; waitMs?: number; failure: BotFailure };

function refusalOf({ statusCode, headers }: Dispatcher.ResponseData): Posted {
  if (statusCode === 204) return { again: false, failure: new BotFailure('the bot had nothing to say') };
  const again = [408, 425, 429].includes(statusCode) || statusCode >= 500;
  const seconds = Number(headers['retry-after']);
  return {
    again,
    ...(seconds > 0 && { waitMs: seconds * 1_000 }),
    failure: new BotFailure(`the bot replied with status ${statusCode}`, { retry: again }),
  };
}

async function readBody(stream: Dispatcher.ResponseData['body']): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    // Leaving the loop closes the connection.
    if (size > largestReply) throw new BotFailure('the bot replied with more than 256 KiB');
    parts.push(part);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)));
  } catch {
    // Without the cause, which quotes what was read.
    throw new BotFailure('the bot did not reply with JSON');
  }
}
