import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import { isAddress, readLogo } from '../logo-file.ts';

/** The pictures in the assistants' squares: files of the operator's, read once, each under an address of its content. */
export interface Logos {
  /** An address, absolute or relative to the relay; undefined without one. */
  of(bot: string): string | undefined;
  /** `GET /logos/:name` */
  serve: RequestHandler<{ name: string }>;
}

export function openLogos(bots: Readonly<Record<string, { logo?: string | undefined }>>): Logos {
  const addresses = new Map<string, string>();
  const files = new Map<string, ReturnType<typeof readLogo>>();
  for (const [bot, { logo }] of Object.entries(bots)) {
    if (logo === undefined) continue;
    if (isAddress(logo)) {
      addresses.set(bot, logo);
      continue;
    }
    const file = readLogo(logo);
    const name = createHash('sha256').update(file.bytes).digest('base64url').slice(0, 22);
    files.set(name, file);
    addresses.set(bot, `/logos/${name}`);
  }
  return {
    of: (bot) => addresses.get(bot),
    serve(req, res) {
      const file = files.get(req.params.name);
      if (!file) return void res.status(404).end();
      res
        .set({
          'content-type': file.type,
          // A drawing may bring styles of its own; its scripts never run.
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
          'cache-control': 'public, max-age=31536000, immutable',
        })
        .send(file.bytes);
    },
  };
}
