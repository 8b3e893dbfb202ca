import { createServer, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import type { Json, Version } from '../model.ts';
import type { Seed } from '../seed.ts';
import { createSandbox } from '../server.ts';
import type { Sandbox, SandboxOptions } from '../server.ts';

/** What a webhook receiver of ours heard. */
export interface Heard {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  raw: string;
  body: Json;
}

/** A status; `hang` never answers, `cut` ends the connection. */
export type Reply = number | 'hang' | 'cut';

interface Receiver extends AsyncDisposable {
  url: string;
  heard: Heard[];
  /** What it answers from now on. */
  answers(reply: Reply | ((heard: Heard) => Reply)): void;
}

/** A webhook receiver on a free port. */
async function openReceiver(): Promise<Receiver> {
  const heard: Heard[] = [];
  const hanging = new Set<ServerResponse>();
  let answer: (one: Heard) => Reply = () => 200;
  const server = createServer((asked, response) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const one = { path: asked.url ?? '', headers: asked.headers, raw, body: JSON.parse(raw) as Json };
      heard.push(one);
      const reply = answer(one);
      if (reply === 'hang') return void hanging.add(response);
      if (reply === 'cut') return void asked.socket.destroy();
      const text = typeof one.body['content'] === 'string' ? one.body['content'] : '';
      const location = text.includes('redirected') ? '/hook/moved' : '/elsewhere';
      response.writeHead(reply, reply === 302 ? { location } : {}).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    answers: (next) => void (answer = typeof next === 'function' ? next : () => next),
    async [Symbol.asyncDispose]() {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

interface Answer {
  status: number;
  /** Parsed JSON, or the text where it is none. */
  body: unknown;
  /** Where to go on. */
  location: string | undefined;
}

/** Asks the sandbox as the owner of a token would. @param path from `/api` on, or under the account */
export async function ask(
  url: string,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const whole = /^\/(api|public|rails|survey)\b/.test(path) ? path : `/api/v1/accounts/1${path}`;
  const form = body instanceof FormData;
  const answer = await fetch(url + whole, {
    method,
    headers: {
      ...headers,
      ...(token === null ? {} : { 'api-access-token': token }),
      ...(form || body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: form || typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  });
  const text = await answer.text();
  return { status: answer.status, body: read(text), location: answer.headers.get('location') ?? undefined };
}

/** Sends a request and hangs up as soon as it is written. */
export const abandon = (url: string, token: string, body: unknown): Promise<void> =>
  new Promise((done) => {
    const headers = { 'api-access-token': token, 'content-type': 'application/json' };
    const asked = request(url, { method: 'POST', headers });
    asked.on('error', () => undefined);
    asked.on('close', () => done());
    asked.end(JSON.stringify(body), () => asked.destroy());
  });

/** Asks again, without a pause, until it is so. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((next) => setImmediate(next));
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The people of the recordings. */
export const harbour: Seed = {
  account: 'Harbour Bikes',
  people: [
    { name: 'Asha Verma', email: 'asha@harbour.example', role: 'administrator', token: 'TOKEN-ASHA' },
    { name: 'Liam Ortiz', email: 'liam@harbour.example', role: 'agent', token: 'TOKEN-LIAM' },
    { name: 'Mei Tan', email: 'mei@harbour.example', role: 'agent', token: 'TOKEN-MEI' },
    { name: 'Omar Haddad', email: 'omar@harbour.example', role: 'agent', token: 'TOKEN-OMAR' },
  ],
  teams: {},
};

const laterNames: Record<string, string> = { 'Liam Ortiz': 'Liam Okoro', 'Mei Tan': 'Mei Lin' };

/** The same a day later: there are teams, two people more, and two have other names. */
export const laterHarbour: Seed = {
  ...harbour,
  people: [
    ...harbour.people.map((one) => ({ ...one, name: laterNames[one.name] ?? one.name })),
    { name: 'Tara Voss', email: 'tara@harbour.example', role: 'agent', token: 'TOKEN-TARA' },
    { name: 'Ugo Pace', email: 'ugo@harbour.example', role: 'agent', token: 'TOKEN-UGO' },
  ],
  teams: {
    sales: ['liam@harbour.example', 'mei@harbour.example'],
    support: ['mei@harbour.example', 'omar@harbour.example'],
    empty: [],
  },
  descriptions: { sales: 'sales', support: 'support' },
};

/** A sandbox in memory with a receiver beside it. */
export async function openStage(version: Version, options: SandboxOptions = {}): Promise<Stage> {
  const receiver = await openReceiver();
  const { switches, ...others } = options;
  const sandbox = await createSandbox({ ...others, switches: { chatwoot: version, delayMs: 5, ...switches } });
  return {
    sandbox,
    receiver,
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      await receiver[Symbol.asyncDispose]();
    },
  };
}

export interface Stage extends AsyncDisposable {
  sandbox: Sandbox;
  receiver: Receiver;
}

interface Socket extends Disposable {
  frames: Json[];
  /** Resolves with the first frame that fits, also one that has come already. */
  frame(fits: (frame: Json) => boolean): Promise<Json>;
  closed: Promise<void>;
}

/** Subscribes to `/cable` with a pubsub token; a user's needs their id. */
export function listen(url: string, pubsub_token: string, user_id?: number): Socket {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/cable`, ['actioncable-v1-json']);
  const frames: Json[] = [];
  const waiting = new Set<() => void>();
  const user = user_id === undefined ? {} : { account_id: 1, user_id };
  const identifier = JSON.stringify({ channel: 'RoomChannel', pubsub_token, ...user });
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Json;
    frames.push(frame);
    if (frame['type'] === 'welcome') socket.send(JSON.stringify({ command: 'subscribe', identifier }));
    for (const look of [...waiting]) look();
  });
  const closed = new Promise<void>((done) => {
    socket.on('close', () => done());
    socket.on('error', () => done());
  });
  return {
    frames,
    closed,
    frame: (fits) =>
      new Promise((done) => {
        const look = () => {
          const found = frames.find(fits);
          if (!found) return;
          waiting.delete(look);
          done(found);
        };
        waiting.add(look);
        look();
      }),
    [Symbol.dispose]: () => socket.terminate(),
  };
}
