import { createHmac } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { LogEvent } from '../../shared/protocol.ts';
import type { File } from '../../shared/message.ts';
import type { Log } from '../log.ts';
import { isSameSecret } from '../same-secret.ts';
import type { Store } from '../stores/store.ts';
import { createThrottle } from '../throttle.ts';
import type { Address } from './address.ts';
import { Elsewhere, openStorage } from './storage.ts';

/*
 * A file of an agent reaches a visitor as a link through the relay: the desk's own address is permanent, open to
 * everybody who has it, and perhaps not reachable from outside. Our link ends after a day, and is made anew each time the
 * message is sent to a browser.
 */

export interface Files {
  /** The event with links of ours in place of the desk's. The widget reads them relative to the relay. */
  withLinks(conversation: string, event: LogEvent): LogEvent;
  /** `GET /files/:conversation/:message/:index/:key` */
  serve: RequestHandler<Link>;
}

interface Link extends Record<string, string> {
  conversation: string;
  message: string;
  index: string;
  /** `<end>.<mac>`: until when the link is good, in hours since 1970, and the proof that we made it. */
  key: string;
}

interface Parts {
  /** 32 random bytes, for this purpose alone. */
  key: Buffer;
  store: Pick<Store, 'message'>;
  /** Where files may be: the desk's own origin, and those that the operator has named. */
  origins: readonly string[];
  /** By which downloads are counted. */
  addressOf(request: Request<Link>): Address;
  /** Milliseconds since 1970. */
  now(): number;
  log: Log;
  /** How long a reader may stand still, in milliseconds. */
  idleMs?: number;
}

const hourMs = 3_600_000;
/** How long a link is good, in hours. */
const lifeHours = 24;
/** Bytes of one file; what is longer is cut off, and the download fails. */
const longestFile = 100 * 1024 * 1024;
/** Files that are fetched at the same time; where many share an address, they never have all places. */
const mostAtOnce = { inAll: 20, anAddress: 3, shared: 10 };
/** A download that takes longer is cut off, in milliseconds: one that drips would keep its place for good. */
const longestMs = 10 * 60_000;

export function createFiles({ key, store, origins, addressOf, now, log, idleMs = 30_000 }: Parts): Files {
  const fetchFile = openStorage(origins);
  const underWay = new Map<string, number>();
  let inAll = 0;
  const throttle = createThrottle(now);
  const sign = (...parts: string[]) => createHmac('sha256', key).update(parts.join('\n')).digest('base64url');

  function isSignedByUs({ conversation, message, index, key }: Link): boolean {
    const [end = '', mac = ''] = key.split('.');
    return isSameSecret(mac, sign(conversation, message, index, end));
  }

  function enter({ network, isShared }: Address): boolean {
    const before = underWay.get(network) ?? 0;
    const most = isShared ? mostAtOnce.shared : mostAtOnce.anAddress;
    if (before >= most || inAll >= mostAtOnce.inAll) return false;
    underWay.set(network, before + 1);
    inAll += 1;
    return true;
  }

  function leave({ network }: Address): void {
    const left = (underWay.get(network) ?? 1) - 1;
    if (left > 0) underWay.set(network, left);
    else underWay.delete(network);
    inAll -= 1;
  }

  async function send(file: File, res: Response): Promise<void> {
    const late = setTimeout(() => res.destroy(), longestMs);
    res.setTimeout(idleMs, () => res.destroy());
    try {
      const { body } = await fetchFile(file.url);
      res.status(200).set({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'private, max-age=600',
      });
      await pipeline(body, atMost(longestFile), res);
    } catch (error) {
      complain(error, res);
      if (res.headersSent) res.destroy();
      else res.status(502).end();
    } finally {
      clearTimeout(late);
    }
  }

  function complain(error: unknown, res: Response): void {
    if (error instanceof Elsewhere) {
      const { origin } = error;
      const remedy = 'if the desk keeps its files there, add this origin to desk.files';
      return throttle(origin, hourMs, (times) =>
        log.warn({ origin, times, remedy }, 'a file of the desk is where none is fetched from'),
      );
    }
    if (res.destroyed) return; // the reader has left, or stood still
    // Not the error itself: who reads the address of a file can open it.
    const why = error instanceof Error ? ((error as { code?: string }).code ?? error.name) : 'unknown';
    log.warn({ why }, 'a file could not be fetched from the desk');
  }

  return {
    withLinks(conversation, event) {
      if (event.kind !== 'message' || !event.message.files) return event;
      const { id, files } = event.message;
      // By the hour, so that a link that is sent twice is mostly the same.
      const end = String(Math.ceil(now() / hourMs) + lifeHours);
      const linked = files.map((file, index) => {
        const at = String(index);
        const mac = sign(conversation, id, at, end);
        return { ...file, url: `/files/${conversation}/${encodeURIComponent(id)}/${at}/${end}.${mac}` };
      });
      return { ...event, message: { ...event.message, files: linked } };
    },
    async serve(req, res) {
      const { conversation, message: id, index, key } = req.params;
      if (!isSignedByUs(req.params)) return void res.status(404).end();
      if (Number.parseInt(key, 10) * hourMs <= now()) return void res.status(410).end();
      const message = await store.message(conversation, id);
      const file = message?.files?.[Number(index)];
      if (!file || message.deleted) return void res.status(404).end();
      const address = addressOf(req);
      if (!enter(address)) return void res.status(503).set('retry-after', '5').end();
      await send(file, res).finally(() => leave(address));
    },
  };
}

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
