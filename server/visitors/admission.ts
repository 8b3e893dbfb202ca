import type { Config } from '../config.ts';
import { RelayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Connection } from './connections.ts';
import { createThrottle } from '../throttle.ts';
import type { VisitorSocket } from './wire.ts';

interface Parts {
  config: Pick<Config, 'sites'>;
  now(): number;
  log: Log;
}

/** The longest name of a site; what is longer was not configured by anybody. */
const longestSite = 63;
/** What strangers send stands in the log up to this length. */
const longestOrigin = 200;
const hourMs = 3_600_000;
/** Names that were not told before are told so often in a minute. */
const newPerMinute = 10;

/**
 * Whether a page may connect: by its origin, and by the site it asks for. Limits are looked at elsewhere: `pace.ts`.
 * @throws {RelayError} which the page can read
 */
export function createAdmission({
  config,
  now,
  log,
}: Parts): (socket: VisitorSocket, connection: Connection) => string {
  const known = Object.keys(config.sites).join(', ').slice(0, 500);
  // Each apart: invented sites do not hide the line that says which origin to add.
  const sites = createThrottle(now, newPerMinute);
  const origins = createThrottle(now, newPerMinute);
  return (socket, { refused }) => {
    if (refused) throw refused;
    const wanted = (socket.handshake.auth as { site?: unknown } | undefined)?.site;
    const site = typeof wanted === 'string' && Object.hasOwn(config.sites, wanted) ? wanted : undefined;
    if (site === undefined) {
      const named = typeof wanted === 'string' ? wanted.slice(0, longestSite) : typeof wanted;
      sites(named, hourMs, (times) =>
        log.warn({ site: named, times }, `a site that is not configured was asked for; there are: ${known}`),
      );
      throw new RelayError('an unknown site was asked for', { refusal: 'forbidden' });
    }
    // A page of the relay's own origin that falls back to polling sends none, and neither does a program.
    const { origin } = socket.handshake.headers;
    if (origin !== undefined && !config.sites[site]?.allowsOrigin(origin)) {
      const named = origin.slice(0, longestOrigin);
      origins(`${site} ${named}`, hourMs, (times) =>
        log.warn(
          { site, times },
          `a page of ${named} was refused; to allow it, add it to sites.${site}.origins in baton.yaml and start again`,
        ),
      );
      throw new RelayError('a foreign origin was refused', { refusal: 'forbidden' });
    }
    return site;
  };
}
