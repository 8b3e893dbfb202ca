import { setTimeout as wait } from 'node:timers/promises';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Deliveries } from './deliveries.ts';
import type { Desk } from './desk.ts';
import type { Fault, Faults } from './faults.ts';
import { TooMuchLiquid } from './liquid.ts';
import type { Actor, Conversation, Inbox, Json, User } from './model.ts';
import { asId, isObject } from './values.ts';

/** A refusal in Chatwoot's words. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(`answered ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The refusals that many endpoints share. @see the recordings of scenes 01 and 08 */
export const refuse = {
  noToken: () => new ApiError(401, { errors: ['You need to sign in or sign up before continuing.'] }),
  badToken: () => new ApiError(401, { error: 'Invalid Access Token' }),
  bot: () => new ApiError(401, { error: 'Access to this endpoint is not authorized for bots' }),
  role: () => new ApiError(401, { error: 'You are not authorized to do this action' }),
  notFound: () => new ApiError(404, { error: 'Resource could not be found' }),
  invalid: (message: string, attributes: string[]) => new ApiError(422, { message, attributes }),
  error: (error: string) => new ApiError(422, { error }),
  /** Where a visitor asks. */
  publicNotFound: () => new ApiError(404, { status: 404, error: 'Not Found' }),
  crash: () => new ApiError(500, { status: 500, error: 'Internal Server Error' }),
};

export interface Upload {
  name: string;
  type: string;
  bytes: Buffer;
}

/** One request, read. */
export interface Call {
  desk: Desk;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Json;
  uploads: Upload[];
  /** Who asks; undefined on public paths. */
  actor: Actor | undefined;
  /** The token of a visitor in Chatwoot's own widget. */
  visitor: string | undefined;
}

export interface Parts {
  desk: Desk;
  deliveries: Deliveries;
  faults: Faults;
}

/** Who may call: a person, also a bot (from which version on), only an administrator, or anyone without a token. */
type Access = 'person' | 'bot' | 'bot since 4.14' | 'administrator' | 'anyone';

/** 200 with an empty body, Rails' `head :ok`. */
export const empty = Symbol('empty');
/** 204. */
export const noContent = Symbol('no content');

/** Turns what an endpoint does into what express calls. @param work returns the body of a 200, or throws an ApiError */
export function endpoint(parts: Parts, access: Access, work: (call: Call) => unknown): RequestHandler {
  return async (request: Request, response: Response) => {
    const [status, body] = await attempt(parts, access, work, request);
    await answer(parts, response, status, body);
  };
}

async function attempt(
  { desk }: Parts,
  access: Access,
  work: (call: Call) => unknown,
  request: Request,
): Promise<[number, unknown]> {
  try {
    const read = await readBody(request);
    const actor = access === 'anyone' ? undefined : authenticate(desk, access, request);
    const query = new URL(request.originalUrl, 'http://sandbox').searchParams;
    const params = request.params as Record<string, string>; // no path here has a repeated parameter
    const visitor = request.get('x-auth-token');
    const done: unknown = work({ desk, params, query, actor, visitor, ...read });
    desk.commit();
    return [done === noContent ? 204 : 200, done === noContent ? empty : done];
  } catch (error) {
    if (error instanceof ApiError) return [error.status, error.body];
    if (error instanceof TooMuchLiquid) return [500, { status: 500, error: 'Internal Server Error' }];
    console.error(error); // a fault of the sandbox's own
    return [500, { status: 500, error: 'Internal Server Error' }];
  }
}

async function readBody(request: Request): Promise<{ body: Json; uploads: Upload[] }> {
  const raw: unknown = request.body;
  const type = request.headers['content-type'] ?? '';
  if (!Buffer.isBuffer(raw) || raw.length === 0) return { body: {}, uploads: [] };
  if (type.startsWith('multipart/form-data') || type.startsWith('application/x-www-form-urlencoded')) {
    const form = await new globalThis.Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
    const body: Json = {};
    const uploads: Upload[] = [];
    for (const [name, value] of form.entries()) {
      if (typeof value === 'string') nest(body, name, value);
      else uploads.push({ name: value.name, type: value.type, bytes: Buffer.from(await value.arrayBuffer()) });
    }
    return { body, uploads };
  }
  try {
    const parsed: unknown = JSON.parse(raw.toString('utf8'));
    return { body: isObject(parsed) ? parsed : {}, uploads: [] };
  } catch {
    throw new ApiError(400, empty);
  }
}

/** Rails' names of form fields: `message[content]` is a field of `message`, `attachments[]` one of several. */
function nest(body: Json, name: string, value: string): void {
  const [first = '', ...inner] = name.replaceAll(']', '').split('[');
  let into = body;
  let key = first;
  for (const next of inner) {
    const known = into[key];
    if (next === '') return void (into[key] = [...(Array.isArray(known) ? (known as unknown[]) : []), value]);
    const inside: Json = isObject(known) ? known : {};
    into[key] = inside;
    into = inside;
    key = next;
  }
  into[key] = value;
}

function authenticate(desk: Desk, access: Access, request: Request): Actor {
  const { headers } = request;
  const token = headers['api_access_token'] ?? headers['api-access-token'];
  if (typeof token !== 'string' || token === '') throw refuse.noToken();
  const actor = ownerOf(desk, token);
  if (!actor) throw refuse.badToken();
  const account = request.params['account'];
  if (account !== undefined && account !== '1') throw refuse.notFound();
  const botMay = access === 'bot' || (access === 'bot since 4.14' && desk.switches.chatwoot === '4.14');
  if (actor.kind === 'bot' && !botMay) throw refuse.bot();
  if (access === 'administrator' && !isAdministrator(actor)) throw refuse.role();
  return actor;
}

function ownerOf({ state }: Desk, token: string): Actor | undefined {
  const user = state.all('user').find((one) => one.token === token);
  if (user) return { kind: 'user', user };
  const bot = state.all('bot').find((one) => one.token === token);
  return bot && { kind: 'bot', bot };
}

export const isAdministrator = (actor: Actor | undefined): boolean =>
  actor?.kind === 'user' && actor.user.role === 'administrator';

/** The person who asks; endpoints that bots may not call have one. */
export function person({ actor }: Call): User {
  if (actor?.kind !== 'user') throw refuse.bot();
  return actor.user;
}

export function inboxOf({ desk, actor }: Call, id: unknown): Inbox {
  const found = desk.state.get('inbox', asId(id));
  if (!found) throw refuse.notFound();
  if (actor?.kind === 'user' && !isAdministrator(actor) && !found.members.includes(actor.user.id)) throw refuse.role();
  return found;
}

/** The conversation a path names. Agents see those of their inboxes and teams; bots see all. */
export function conversationOf({ desk, actor, params }: Call): Conversation {
  const found = desk.state.get('conversation', asId(params['id']));
  if (!found) throw refuse.notFound();
  if (!sees(desk, actor, found)) throw refuse.role();
  return found;
}

export function sees({ state }: Desk, actor: Actor | undefined, conversation: Conversation): boolean {
  if (actor?.kind !== 'user' || actor.user.role === 'administrator') return true;
  const inInbox = state.get('inbox', conversation.inbox_id)?.members.includes(actor.user.id);
  const inTeam = state.get('team', conversation.team_id)?.members.includes(actor.user.id);
  return inInbox === true || inTeam === true;
}

/** Rails takes `{"team": {…}}` and the fields alone. */
export const unwrap = (body: Json, wrapper: string): Json => {
  const inner = body[wrapper];
  return isObject(inner) ? inner : body;
};

/** Meets a request with the fault that waits for it, if any. */
export function meetFaults(parts: Parts): RequestHandler {
  return async (request: Request, response: Response, next: NextFunction) => {
    if (request.path.startsWith('/sandbox/')) return next();
    const fault = parts.faults.take(request.method, request.originalUrl);
    if (!fault) return next();
    if (fault.after) {
      response.locals['fault'] = fault;
      return next();
    }
    await suffer(fault, response, () => request.socket.destroy());
  };
}

async function suffer(fault: Fault, response: Response, orElse: () => void): Promise<void> {
  if (fault.hangMs !== undefined) await wait(fault.hangMs, undefined, { ref: false });
  if (fault.cut) response.socket?.destroy();
  else if (fault.status !== undefined) send(response, fault.status, fault.body ?? usualBody(fault.status));
  else orElse();
}

function usualBody(status: number): unknown {
  if (status === 429) return 'Retry later\n';
  if (status === 401) return refuse.badToken().body;
  return status === 404 ? refuse.notFound().body : { status, error: 'Internal Server Error' };
}

async function answer({ deliveries, desk }: Parts, response: Response, status: number, body: unknown): Promise<void> {
  if (desk.switches.deliverFirst) await deliveries.flush();
  const fault = response.locals['fault'] as Fault | undefined; // set by meetFaults
  if (fault) await suffer(fault, response, () => send(response, status, body));
  else send(response, status, body);
}

function send(response: Response, status: number, body: unknown): void {
  if (response.destroyed) return; // the client hung up; what it asked for is done
  response.status(status);
  if (body === empty || body === undefined) response.type('json').end();
  else if (typeof body === 'string') response.type('text/plain').send(body);
  else response.json(body);
}
