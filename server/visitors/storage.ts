import { request, type Dispatcher } from 'undici';
import { isPublic, publicOnly } from './public-address.ts';

/*
 * Where agents' files are kept. The desk names the address, and may be wrong about it or lie: only its own origin and
 * those that the operator has named are believed, and a redirection from there leads to them or into the internet.
 */

const timeoutMs = 20_000;
const mostHops = 3;

/** The file's address is not one that is fetched. */
export class Elsewhere extends Error {
  readonly code = 'ELSEWHERE';
  /** Where it is, without path or query. */
  readonly origin: string;
  constructor({ origin }: URL) {
    super('a file is where none is fetched from');
    this.origin = origin;
  }
}

/** `localhost`, `127.0.0.1` and `[::1]` are one machine, by whichever name. */
function originOf(url: URL): string {
  const { protocol, hostname, port } = url;
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? `${protocol}//localhost:${port}` : url.origin;
}

/**
 * @param known the origins that are believed: the desk's, and those of `desk.files`
 * @returns what fetches a file, following redirections. It throws {Elsewhere} where that leads out of them.
 */
export function openStorage(known: readonly string[]): (address: string) => Promise<Dispatcher.ResponseData> {
  const believed = new Set(known.map((origin) => originOf(new URL(origin))));
  const cautious = publicOnly();

  async function ask(url: URL): Promise<Dispatcher.ResponseData> {
    const options = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    if (believed.has(originOf(url))) return request(url, options);
    const { protocol, hostname } = url;
    const isName = !/^\[|^[\d.]+$/.test(hostname); // the URL has brought every way to write an address into these two
    if (protocol !== 'https:' || !(isName || isPublic(hostname.replace(/[[\]]/g, '')))) throw new Elsewhere(url);
    return request(url, { ...options, dispatcher: cautious }).catch((error: unknown) => {
      throw (error as { code?: string }).code === 'NOT_PUBLIC' ? new Elsewhere(url) : error;
    });
  }

  return async (address) => {
    let url = new URL(address);
    if (!believed.has(originOf(url))) throw new Elsewhere(url);
    let answer = await ask(url);
    for (let hop = 0; hop < mostHops && answer.statusCode >= 300 && answer.statusCode < 400; hop += 1) {
      await answer.body.dump();
      url = new URL(String(answer.headers.location), url);
      answer = await ask(url);
    }
    if (answer.statusCode === 200) return answer;
    await answer.body.dump();
    throw Object.assign(new Error('the desk has no such file'), { code: `status ${answer.statusCode}` });
  };
}
