import { RefusalBody } from './shapes.ts';
import type { Ask, Answer, Failure, Denied } from './answer.ts';

interface Response<T> {
  ask: Ask<T>;
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The desk's clock, milliseconds since 1970. */
  at: number;
}

/** How long to wait before asking again for what was denied, milliseconds: not long, for a person will mend it. */
const deniedMs = 15_000;
/** How long to wait before asking a desk again that has moved, milliseconds. */
const movedMs = 60_000;
/** The desk counts the messages of a conversation over the last minute: room comes back bit by bit. */
const tooManyMs = 10_000;

/** A request that changes nothing at the desk. */
export const isRead = ({ method, looksUp }: Pick<Ask<unknown>, 'method' | 'looksUp'>): boolean =>
  method === 'GET' || looksUp === true;

/**
 * Says what an answer means for what was asked: whether it happened, and whether to ask again. A request that only reads
 * never leaves anything in doubt, and is never refused for good, but by a 404 in the desk's own words: else a mishap of a
 * read would count as a no to the word that was to be written after it.
 * @see chatwoot/chatwoot app/controllers/concerns/request_exception_handler.rb; a message create answers 422 to
 *   everything that goes wrong, a commit that succeeded included
 */
export function classify<T>({ ask, status, headers, text, at }: Response<T>): Answer<T> {
  const doubt = isRead(ask) ? 'unsent' : 'unknown';
  const no = isRead(ask) ? 'unsent' : 'refused';
  const json = parse(text);
  if (status >= 200 && status < 300) {
    const parsed = json === broken ? undefined : ask.answer.safeParse(json);
    if (parsed?.success) return { ok: true, body: parsed.data, at };
    const field = parsed?.error.issues[0]?.path.join('.');
    const why = parsed ? `the answer is not Chatwoot's (${field})` : 'the answer is no JSON';
    return { ok: false, result: doubt, why, status, ...(parsed ? {} : { away: true as const }) };
  }
  const refusal = RefusalBody.safeParse(json).data;
  const said = (refusal?.error ?? refusal?.message ?? refusal?.errors?.[0] ?? '').slice(0, 200);
  // Names of fields, and phrases that we know: what else the desk says may quote the visitor, and this is logged.
  const wrong = refusal?.attributes?.filter((name) => /^[\w.]{1,40}$/.test(name)).slice(0, 5) ?? [];
  const about = knownPhrase.exec(said)?.[0].toLowerCase() ?? wrong.join(', ');
  const why = about === '' ? `status ${status}` : `status ${status} (${about})`;
  /** Only its own words refuse for good; a proxy's page says that something is in between, which may go away. */
  const itsOwn = said !== '';
  const failure = (result: Failure['result'], more: Partial<Failure> = {}): Failure => ({
    ok: false,
    result,
    why,
    status,
    ...more,
  });

  if (status === 429) return failure('unsent', { retryAfterMs: nextMinute(headers['retry-after'], at) });
  if (status === 404 && text === '' && ask.emptyMeansNone) return failure('unsent', { none: true });
  if (status >= 400 && status < 500 && !itsOwn) return failure('unsent', { away: true });
  if (status === 401 || status === 402 || status === 403) {
    return failure('unsent', { retryAfterMs: deniedMs, denied: deniedBy(said) });
  }
  if (status === 404) return refusal?.error ? failure('refused', { gone: true }) : failure('unsent', { away: true });
  if (status === 422) {
    if (/too many messages/i.test(said)) return failure('unsent', { retryAfterMs: tooManyMs });
    return failure(no, refusal?.attributes ? { fields: refusal.attributes } : {});
  }
  if (status >= 300 && status < 400) return failure('unsent', { away: true, retryAfterMs: movedMs });
  if (status >= 500) return failure(doubt, status === 500 ? {} : { away: true });
  return failure(no);
}

/** Where the words are translated, it counts as the one thing: what is said then is found out by asking who we are. */
function deniedBy(said: string): Denied {
  if (/invalid access token|need to sign in/i.test(said)) return 'token';
  return /suspended|access this account/i.test(said) ? 'account' : 'action';
}

const knownPhrase =
  /account is suspended|invalid access token|you need to sign in|not authorized|access this account|too many messages/i;

const broken = Symbol('no JSON');

function parse(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return broken;
  }
}

/** The desk's window is a fixed minute of its clock, and it does not say how much of it is left. */
function nextMinute(header: string | string[] | undefined, at: number): number {
  const seconds = Number(header);
  if (header !== undefined && seconds > 0) return Math.min(seconds, 600) * 1_000;
  return 60_000 - (at % 60_000) + Math.round(Math.random() * 2_000);
}

/** Errors that come before the first byte of a request has left. */
const beforeFirstByte =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|ERR_SSL)/;

/** An answer that is longer than was allowed for. */
export class TooLong extends Error {}

/** What it means that there was no answer at all. */
export function classifyError(error: unknown, ask: Pick<Ask<unknown>, 'method' | 'looksUp'>): Failure {
  if (error instanceof TooLong) {
    return { ok: false, result: isRead(ask) ? 'unsent' : 'unknown', why: error.message, status: null, tooLong: true };
  }
  const code = codeOf(error);
  const never = beforeFirstByte.test(code) || isRead(ask);
  const why = code === 'TimeoutError' ? 'no answer in time' : `no answer (${code})`;
  return { ok: false, result: never ? 'unsent' : 'unknown', why, status: null, away: true };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors[0] !== undefined) return codeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
