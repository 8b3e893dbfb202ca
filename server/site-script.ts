import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import type { Config } from './config.ts';

type Sites = Config['sites'];

/** What the launcher needs to know before there is a panel, by the names of the tag's attributes. */
const settingsOf = ({ accent, side, offset, offsetUp }: Sites[string]) => ({
  ...(accent && { accent }),
  ...(side && { side }),
  ...(offset && { offset }),
  ...(offsetUp && { offsetUp }),
});

/**
 * `/widget.js?site=…`: the tag's script with the site's settings before it. Without them the launcher would change its
 * colour when the chat is first opened. For a name that is no site's, the plain script follows.
 */
export function serveSiteScripts(sites: Sites, assets: string, headers: Record<string, string>): RequestHandler {
  const made = new Map<string, Record<'br' | 'gzip' | 'identity', Buffer>>();
  function make(name: string, site: Sites[string]) {
    // In a script's text nothing ends it early: JSON has no line breaks of its own, and < is written otherwise.
    const settings = JSON.stringify(settingsOf(site)).replaceAll('<', '\\u003c');
    const script = readFileSync(join(assets, 'widget/widget.js'), 'utf8');
    const identity = Buffer.from(`(document.currentScript||{}).baton=${settings};${script}`);
    const all = { identity, br: brotliCompressSync(identity), gzip: gzipSync(identity) };
    made.set(name, all);
    return all;
  }
  return (req, res, next) => {
    const name = req.query['site'];
    const site = typeof name === 'string' && Object.hasOwn(sites, name) ? sites[name] : undefined;
    if (typeof name !== 'string' || !site) return next();
    const encoding = req.acceptsEncodings('br', 'gzip') || 'identity';
    const bodies = made.get(name) ?? make(name, site);
    res.set({ ...headers, 'content-type': 'text/javascript; charset=utf-8', vary: 'accept-encoding' });
    if (encoding === 'br' || encoding === 'gzip') res.set('content-encoding', encoding);
    res.send(bodies[encoding === 'br' || encoding === 'gzip' ? encoding : 'identity']);
  };
}
