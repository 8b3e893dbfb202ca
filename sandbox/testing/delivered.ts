import type { Json } from '../model.ts';
import { isObject } from '../values.ts';
import { differences } from './compare.ts';
import type { Ids } from './compare.ts';
import { digest, onlyFirstTries } from './digest.ts';
import type { RecordedDelivery } from './scene.ts';
import type { Heard } from './stage.ts';

interface Compared {
  recorded: RecordedDelivery[];
  heard: Heard[];
  /** Several calls went before: what a delivery says of its conversation depends on the moment. */
  isLate: boolean;
  /** Whether it is known who was connected at that moment. */
  presence: boolean;
  ids: Ids;
  /** An answer of ours, with the receiver called as it was when the scene was recorded. */
  recordedUrl: (body: unknown) => unknown;
  /** What is not compared, by address, digest and (for recorded ones) `@` and their time, and why. */
  skips: [fits: RegExp, why: string][];
  /** What the recorder did not write down. */
  unwritten: RegExp | undefined;
}

/**
 * Compares deliveries as a multiset: the order of arrival is nobody's promise.
 * @returns what was different, one line each
 */
export function deliveryDifferences({ heard, isLate, presence, ids, recordedUrl, skips, unwritten, ...of }: Compared) {
  const isCompared = (to: string, body: Json, at = '') =>
    to.startsWith('/hook/') && !skips.some(([fits]) => fits.test(`${to} ${digest(body)}${at}`));
  const recorded = of.recorded.filter(
    ({ webhook: { to, body }, after_ms }) => isObject(body) && isCompared(to, body, ` @${after_ms}`),
  );
  const left = onlyFirstTries(heard, ({ path, headers }) => ({ to: path, headers })).filter(({ path, body }) =>
    isCompared(path, body),
  );
  const changes = recorded.filter(({ webhook }) => /_updated$/.test(String(webhook.body['event'])));
  const asked = recorded.some(
    ({ webhook: { body } }) => body['content_type'] === 'input_csat' || body['message_type'] === 'template',
  );
  const late = isLate || changes.length > 1 || recorded.length > 3 || asked;
  const how = { delivery: true, late, presence };
  const missing = recorded.flatMap(({ webhook }) => {
    const named = `${webhook.to} ${digest(webhook.body)}`;
    const index = left.findIndex(({ path, body }) => `${path} ${digest(body)}` === named);
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (!found) return [`not delivered here: ${named}`];
    const lines = [
      ...differences(webhook.body, recordedUrl(found.body), ids, how),
      ...differences(headersOf(webhook.headers), headersOf(found.headers), ids, how),
    ];
    return lines.map((line) => `delivery ${named}: ${line}`);
  });
  const extra = left.map(({ path, body }) => `${path} ${digest(body)}`).filter((line) => !unwritten?.test(line));
  return [...missing, ...extra.map((line) => `delivered only here: ${line}`)];
}

/** Header names by which versions differ; their values are compared elsewhere. */
function headersOf(headers: Heard['headers']): Json {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-chatwoot') || name === 'user-agent');
  return Object.fromEntries(names.map((name) => [name, name === 'user-agent' ? headers[name] : true]));
}
