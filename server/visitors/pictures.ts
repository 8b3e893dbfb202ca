import { createHmac } from 'node:crypto';
import type { RequestHandler } from 'express';
import { BoundedMap } from '../bounded-map.ts';
import type { Log } from '../log.ts';
import { rasterType } from '../picture-type.ts';
import { createThrottle } from '../throttle.ts';
import { Elsewhere, openStorage } from './storage.ts';

/*
 * Pictures of the people at the desk, from the relay's own origin: no visitor's browser ever talks to the desk. A
 * picture's address holds a name that only we can make, and only pictures of people whom the desk lists are fetched.
 * The relay does not change them: Chatwoot itself makes them smaller, to 250 pixels, and what is too long is refused.
 */

/** A desk, as far as pictures go: `Desk.home` and `Desk.pictures`. */
export interface PictureSource {
  readonly home: string;
  pictures(): ReadonlyMap<string, string>;
}

export interface Pictures {
  /** Where a person's picture is, relative to the relay; undefined without one. @param key the desk's own id */
  pathOf(desk: PictureSource, key: string): string | undefined;
  /** `GET /pictures/:name` */
  serve: RequestHandler<{ name: string }>;
}

interface Parts {
  /** 32 random bytes, for this purpose alone. */
  key: Buffer;
  desks: Iterable<PictureSource>;
  /** Where pictures may be: the desk's own origin, and those that the operator has named. */
  origins: readonly string[];
  now(): number;
  log: Log;
}

/** Bytes of one picture; 250 pixels need less. */
const longest = 200 * 1024;
/** So many are kept in memory: with all of them it is 20 MB. */
const mostKept = 100;
/** How old a picture becomes before it is fetched again, and how long one that failed is not tried, milliseconds. */
const freshMs = 10 * 60_000;
const failedMs = 60_000;
/** How long the desk may take for one, milliseconds. */
const timeoutMs = 10_000;

interface Kept {
  /** Where it was at the desk. */
  address: string;
  /** What was fetched last; absent where nothing ever was. */
  picture?: { type: string; bytes: Buffer };
  /** Until when it is not asked for again. */
  until: number;
}

export function createPictures({ key, desks, origins, now, log }: Parts): Pictures {
  const fetchFile = openStorage(origins);
  const kept = new BoundedMap<string, Kept>(mostKept);
  const underWay = new Map<string, Promise<Kept>>();
  /** What was made of a desk's list, until it gives another one. */
  const indexes = new WeakMap<
    ReadonlyMap<string, string>,
    { byKey: Map<string, string>; byName: Map<string, string> }
  >();
  const throttle = createThrottle(now);

  const nameOf = (home: string, person: string) =>
    createHmac('sha256', key).update(`${home}\n${person}`).digest('base64url').slice(0, 22);

  function indexOf({ home, pictures }: PictureSource) {
    const list = pictures();
    const known = indexes.get(list);
    if (known) return known;
    const named = [...list].map(([person, address]) => ({ person, address, name: nameOf(home, person) }));
    const made = {
      byKey: new Map(named.map(({ person, name }) => [person, name])),
      byName: new Map(named.map(({ name, address }) => [name, address])),
    };
    indexes.set(list, made);
    return made;
  }

  async function load(name: string, address: string): Promise<Kept> {
    const before = kept.get(name);
    let next: Kept;
    try {
      next = { address, picture: await fetchPicture(address), until: now() + freshMs };
    } catch (error) {
      complain(error);
      next = { ...before, address, until: now() + failedMs };
    }
    kept.set(name, next);
    return next;
  }

  async function fetchPicture(address: string): Promise<NonNullable<Kept['picture']>> {
    const { body } = await fetchFile(address);
    const late = setTimeout(() => body.destroy(new Error('the desk took too long')), timeoutMs);
    try {
      const chunks: Buffer[] = [];
      let left = longest;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        left -= chunk.length;
        // Leaving the loop ends the download.
        if (left < 0) throw Object.assign(new Error('a picture is too long'), { code: `over ${longest} bytes` });
        chunks.push(chunk);
      }
      const bytes = Buffer.concat(chunks);
      const type = rasterType(bytes);
      if (!type) throw Object.assign(new Error('not a picture'), { code: 'not PNG, JPEG, GIF or WebP' });
      return { type, bytes };
    } finally {
      clearTimeout(late);
    }
  }

  function complain(error: unknown): void {
    if (error instanceof Elsewhere) {
      const { origin } = error;
      const remedy = 'if the desk keeps its files there, add this origin to desk.files';
      return throttle(origin, 3_600_000, (times) =>
        log.warn({ origin, remedy, times }, "an agent's picture is where none is fetched from"),
      );
    }
    const why = error instanceof Error ? ((error as { code?: string }).code ?? error.name) : 'unknown';
    throttle(why, 600_000, (times) =>
      log.warn({ why, times }, "an agent's picture could not be fetched from the desk"),
    );
  }

  return {
    pathOf(desk, person) {
      const name = indexOf(desk).byKey.get(person);
      return name && `/pictures/${name}`;
    },
    async serve(req, res) {
      const { name } = req.params;
      let address: string | undefined;
      for (const desk of desks) address ??= indexOf(desk).byName.get(name);
      if (address === undefined) return void res.status(404).end();
      let found = kept.get(name);
      if (found?.address !== address || found.until <= now()) {
        const job = underWay.get(name) ?? load(name, address).finally(() => underWay.delete(name));
        underWay.set(name, job);
        found = await job;
      }
      if (!found.picture) return void res.status(404).set('cache-control', 'public, max-age=60').end();
      res
        .set({
          'content-type': found.picture.type,
          'content-security-policy': "default-src 'none'; sandbox",
          'cache-control': 'public, max-age=3600',
        })
        .send(found.picture.bytes);
    },
  };
}
