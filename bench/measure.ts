import { connect, type Socket as Net } from 'node:net';
import type { Socket } from 'socket.io-client';
import { signature, type Target } from './delivery.ts';
import { quantile } from './numbers.ts';
import type { Program } from './programs.ts';
import { botSpeaks, hello, newId, openLight, words, type Light } from './visitor.ts';

export interface Trips {
  p50: number;
  p99: number;
}

/** The median and the 99th of a hundred, in microseconds. */
export const trips = (took: readonly number[]): Trips => ({ p50: quantile(took, 0.5), p99: quantile(took, 0.99) });

type Reply = { ok: true; value: { seq: number } } | { ok: false };

/**
 * One message at a time with the real client, the next one when this one was acknowledged.
 * @param each messages by each socket, one socket after the other
 * @param untilAnswered wait for the bot's words, too, before the next
 * @returns microseconds to the acknowledgement, and to the bot's words
 */
export async function roundTrips(sockets: readonly Socket[], each: number, untilAnswered = false) {
  const acks: number[] = [];
  const answers: number[] = [];
  for (const socket of sockets) {
    const spoken = untilAnswered ? botSpeaks(socket) : undefined;
    for (let i = 0; i < each; i += 1) {
      const begun = performance.now();
      const reply = (await socket.emitWithAck('message:send', { id: newId(), text: words })) as Reply;
      acks.push((performance.now() - begun) * 1_000);
      if (!reply.ok) throw new Error(`a message was refused: ${JSON.stringify(reply)}`);
      if (!spoken) continue;
      await spoken(reply.value.seq);
      answers.push((performance.now() - begun) * 1_000);
    }
  }
  return { acks, answers };
}

export interface Throughput {
  /** Messages in each second that the server's threads were on a processor. */
  perCpuSecond: number;
  perSecond: number;
  /** How much of a core the server, and this load generator, were using. */
  serverBusy: number;
  loadBusy: number;
}

/** What servers do meanwhile: `job` returns how many it was. */
export async function busy(
  servers: readonly Pick<Program, 'cpuUs'>[],
  job: () => Promise<number>,
): Promise<Throughput> {
  const all = () => servers.reduce((sum, server) => sum + server.cpuUs(), 0);
  const own = process.cpuUsage();
  const cpu = all();
  const begun = performance.now();
  const count = await job();
  const wallUs = (performance.now() - begun) * 1_000;
  const cpuUs = all() - cpu;
  const { user, system } = process.cpuUsage(own);
  return {
    perCpuSecond: (count / cpuUs) * 1e6,
    perSecond: (count / wallUs) * 1e6,
    serverBusy: cpuUs / wallUs,
    loadBusy: (user + system) / wallUs,
  };
}

/** Everybody says so many messages, several under way at a time. */
export function flood(
  servers: readonly Program[],
  visitors: readonly Light[],
  each: number,
  inFlight = 10,
): Promise<Throughput> {
  return busy(servers, async () => {
    await Promise.all(
      visitors.map(
        (visitor) =>
          new Promise<void>((resolve) => {
            let sent = 0;
            let done = 0;
            const next = () => {
              if (sent === each) return;
              sent += 1;
              visitor.say(() => {
                done += 1;
                if (done === each) resolve();
                else next();
              });
            };
            for (let i = 0; i < inFlight; i += 1) next();
          }),
      ),
    );
    return visitors.length * each;
  });
}

export async function floodBare(server: Program, count: number, each: number): Promise<Throughput> {
  const visitors = await Promise.all(Array.from({ length: count }, () => openLight(server.url)));
  try {
    return await flood([server], visitors, each);
  } finally {
    for (const visitor of visitors) visitor.close();
  }
}

/** The same for visitors of relays, in turn. @param tokens undefined begins a conversation, which the bot answers */
export async function floodRelays(
  relays: readonly Program[],
  tokens: readonly (string | undefined)[],
  each: number,
): Promise<Throughput> {
  const visitors = await Promise.all(
    tokens.map(async (token, i) => {
      const visitor = await openLight(relays[i % relays.length]?.url ?? '');
      await hello(visitor, token);
      return visitor;
    }),
  );
  try {
    return await flood(relays, visitors, each);
  } finally {
    for (const visitor of visitors) visitor.close();
  }
}

/** One request, ready to be sent as it is again and again. */
function request({ port, path, secret }: Target, body: Buffer): Buffer {
  const signed = Object.entries(secret ? signature(secret, body) : {}).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n${signed.join('')}content-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

async function open(port: number): Promise<Net> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

/** One connection, one request after the other. Answers must have no body. @returns microseconds each */
async function posting(socket: Net, bytes: Buffer, count: number): Promise<number[]> {
  const took: number[] = [];
  await new Promise<void>((resolve, reject) => {
    let begun = 0;
    let said = '';
    const next = () => {
      begun = performance.now();
      socket.write(bytes);
    };
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      if (!said.endsWith('\r\n\r\n')) return;
      took.push((performance.now() - begun) * 1_000);
      if (!said.startsWith('HTTP/1.1 200')) return reject(new Error(`the answer was ${said.slice(0, 200)}`));
      said = '';
      if (took.length < count) next();
      else resolve();
    });
    next();
  });
  return took;
}

export async function answerTimes(target: Target, body: Buffer, count: number): Promise<number[]> {
  const socket = await open(target.port);
  try {
    return await posting(socket, request(target, body), count);
  } finally {
    socket.removeAllListeners('close').destroy();
  }
}

const connections = 20;

export async function capacity(server: Program, target: Target, body: Buffer, each: number): Promise<Throughput> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(target.port)));
  const bytes = request(target, body);
  try {
    return await busy([server], async () => {
      await Promise.all(sockets.map((socket) => posting(socket, bytes, each)));
      return connections * each;
    });
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  }
}
