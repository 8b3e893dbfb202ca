import { createHmac, timingSafeEqual } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { RequestHandler } from 'express';
import { request } from 'undici';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Log } from '../log.ts';
import type { Store } from '../stores/store.ts';

/*
 * A file of an agent reaches a visitor as a link through the relay: the desk's own address is permanent, open to
 * whoever has it, and perhaps not reachable from outside.
 */

export interface Files {
  /** The event with links of ours in place of the desk's. The widget reads them relative to the relay. */
  dress(conversation: string, event: LogEvent): LogEvent;
  /** `GET /files/:conversation/:message/:index/:mac` */
  serve: RequestHandler<{ conversation: string; message: string; index: string; mac: string }>;
}

interface Parts {
  /** 32 random bytes, for this purpose alone. */
  key: Buffer;
  store: Store;
  log: Log;
}

const timeoutMs = 20_000;
const mostHops = 3;
/** Bytes of one file; what is longer is cut off, and the download fails. */
const longestFile = 100 * 1024 * 1024;
/** Files that are fetched at the same time. */
const mostAtOnce = 20;

function atMost(bytes: number) {
  return async function* (source: AsyncIterable<Buffer>) {
    let left = bytes;
    for await (const chunk of source) {
      left -= chunk.length;
      if (left < 0) throw new Error('a file is too long');
      yield chunk;
    }
  };
}

export function createFiles({ key, store, log }: Parts): Files {
  let underWay = 0;
  const sign = (...parts: string[]) => createHmac('sha256', key).update(parts.join('\n')).digest('base64url');
  return {
    dress(conversation, event) {
      if (event.kind !== 'message' || !event.message.files) return event;
      const { id, files } = event.message;
      const linked = files.map((file, index) => {
        const at = String(index);
        return { ...file, url: `/files/${conversation}/${encodeURIComponent(id)}/${at}/${sign(conversation, id, at)}` };
      });
      return { ...event, message: { ...event.message, files: linked } };
    },
    async serve(req, res) {
      const { conversation, message: id, index, mac } = req.params;
      const given = Buffer.from(mac);
      const wanted = Buffer.from(sign(conversation, id, index));
      const good = given.length === wanted.length && timingSafeEqual(given, wanted);
      const message = good ? await store.message(conversation, id) : undefined;
      const file = message?.files?.[Number(index)];
      if (!file || message.deleted) return void res.status(404).end();
      if (underWay >= mostAtOnce) return void res.status(503).set('retry-after', '5').end();
      underWay += 1;
      try {
        let url = new URL(file.url);
        let answer = await request(url, { headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
        // The desk's address leads on to where the file is stored.
        for (let hop = 0; hop < mostHops && answer.statusCode >= 300 && answer.statusCode < 400; hop += 1) {
          await answer.body.dump();
          url = new URL(String(answer.headers.location), url);
          if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error('a file is somewhere strange');
          answer = await request(url, { headersTimeout: timeoutMs, bodyTimeout: timeoutMs });
        }
        if (answer.statusCode !== 200) {
          await answer.body.dump();
          throw new Error(`the desk answered ${answer.statusCode} for a file`);
        }
        res.status(200).set({
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
          'content-security-policy': "default-src 'none'; sandbox",
          'cache-control': 'private, max-age=600',
        });
        await pipeline(answer.body, atMost(longestFile), res);
      } catch (error) {
        // Not the error itself: an address of a file opens it to whoever reads it.
        const why = error instanceof Error ? ((error as { code?: string }).code ?? error.name) : 'unknown';
        log.warn({ why }, 'a file could not be fetched from the desk');
        if (res.headersSent) res.destroy();
        else res.status(502).end();
      } finally {
        underWay -= 1;
      }
    },
  };
}
