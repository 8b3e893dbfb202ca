import type { Log } from '../../../log.ts';
import { isSameSecret } from '../../../same-secret.ts';
import { createThrottle } from '../../../throttle.ts';
import { webhookPath } from '../webhook-path.ts';
import { isSigned, readDelivery, type Headers } from './delivery.ts';
import type { Watches } from './watches.ts';

/** What is wrong with deliveries is said at most so often, milliseconds. */
const complainEveryMs = 60_000;

/** Where Chatwoot's deliveries come in. */
export interface Webhook {
  /** Express's path, with `:secret` for the last part. */
  path: string;
  /** Whether the last part of the path is the inbox's own. */
  knows(secret: string): boolean;
  /**
   * Takes a delivery. Synchronous, so that it is answered at once: a late answer paints the agents' messages red.
   * @param raw the body as it came, before any parsing; null where it was too long: then all that moved is looked for
   * @returns the HTTP status to answer with, with no body
   */
  receive(raw: Buffer | null, headers: Headers, secret: string): number;
  /** When one last arrived, milliseconds since 1970; 0 before the first. */
  lastDelivery(): number;
}

export function createWebhook(parts: {
  /** One of the bot's sites. */
  siteName: string;
  /** As they are saved now: the one in our address, and the one that the desk signs with, where it does. */
  secrets: () => { webhookSecret: string; signingSecret?: string };
  inbox: () => number | undefined;
  watches: Pick<Watches, 'tell' | 'catchUp'>;
  log: Log;
  now: () => number;
}): Webhook {
  const { siteName, secrets, inbox, watches, log, now } = parts;
  let lastDelivery = 0;
  const throttle = createThrottle(now);

  function complain(sentence: string, remedy: string): void {
    throttle(sentence, complainEveryMs, (times) => log.warn({ inbox: inbox(), times, remedy }, sentence));
  }

  return {
    path: webhookPath(siteName),
    knows: (secret) => isSameSecret(secret, secrets().webhookSecret),
    receive(raw, headers, secret) {
      if (!isSameSecret(secret, secrets().webhookSecret)) return 404;
      if (raw === null) {
        lastDelivery = now();
        watches.catchUp();
        return 200;
      }
      const delivery = readDelivery(raw);
      if (delivery === 'garbage') {
        complain(
          'a delivery came on the right path and is none of Chatwoot’s',
          'look for a proxy between Chatwoot and PUBLIC_URL that changes what it passes on',
        );
        return 400;
      }
      lastDelivery = now();
      const signingSecret = secrets().signingSecret;
      // By the machine's own clock: ours never goes back, and is ahead after a jump that was corrected.
      const trusted = signingSecret === undefined || isSigned(raw, headers, signingSecret, Date.now());
      if (!trusted) {
        complain(
          'a delivery came on the right path with a wrong signature; it is taken as a hint only',
          'set the clocks of both machines; a secret that was made anew at the desk is read again within a minute',
        );
      }
      // Typing is shown as it comes, without being read again: so it must be the desk's own.
      if (delivery && (trusted || !delivery.event.includes('typing'))) {
        watches.tell(delivery.event, delivery.inbox, delivery.about);
      }
      return 200;
    },
    lastDelivery: () => lastDelivery,
  };
}
