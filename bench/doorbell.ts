import { setTimeout as sleep } from 'node:timers/promises';
import { delivery as readDelivery, signature } from './delivery.ts';
import { conversationAt, sayAt, turn } from './desk.ts';
import { trips, type Trips } from './measure.ts';
import { compare } from './numbers.ts';
import { peopleTakeOver } from './people.ts';
import { openStage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';
import { hello, openLight } from './visitor.ts';

/*
 * From the webhook to the widget, fifty times a second: a delivery comes in, a person's words are at the visitor's socket.
 * The relay takes a delivery as a hint and reads the thread at the desk; one floor only tells the socket, the other asks
 * the desk once before.
 */

const conversations = 50;
const everyMs = 20;

/** One POST each so many milliseconds. @param ring begins, and resolves once it is shown; @returns microseconds */
async function rings(count: number, ring: (i: number) => Promise<number>): Promise<Trips> {
  const took: number[] = [];
  const begun = performance.now();
  for (let i = 0; i < count; i += 1) {
    await sleep(Math.max(0, begun + i * everyMs - performance.now()));
    took.push(await ring(i));
  }
  return trips(took);
}

export async function measureDoorbell({ quick, say }: Run): Promise<Findings> {
  const size = quick ? { rounds: 3, rings: 50 } : { rounds: 5, rings: 150 };
  await using stage = await openStage();
  const { sandbox, relay } = stage;
  const reading = { DESK_URL: `${sandbox.url}${conversationAt(1)}/messages`, DESK_TOKEN: 'sandbox-mara' };
  const floors = { tells: await stage.startBare(), reads: await stage.startBare({ env: reading }) };
  say(`from the webhook to the widget: people take up ${conversations} conversations`);
  const tokens = await peopleTakeOver(stage, conversations);
  const { target, body } = await readDelivery(stage);
  const like = JSON.parse(body.toString()) as { conversation: { inbox_id: number } };
  /** Whoever waits for these words. */
  const waiting = new Map<string, () => void>();
  const visitors = await Promise.all(
    tokens.map(async (token) => {
      const visitor = await openLight(relay.url);
      await hello(visitor, token);
      visitor.hears(({ message }) => waiting.get(message?.text ?? '')?.());
      return visitor;
    }),
  );
  const post = (url: string, bytes: Buffer, head: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...head }, body: bytes.toString() });
  const since = async (shown: Promise<void>, answer: Promise<unknown>, begun: number) => {
    const [at] = await Promise.all([shown.then(() => performance.now()), answer]);
    return 1_000 * (at - begun);
  };

  const floor = async (url: string) => {
    const socket = await openLight(url);
    let told = () => {};
    socket.hears(() => told());
    const took = await rings(size.rings, () => {
      const shown = new Promise<void>((resolve) => (told = resolve));
      const begun = performance.now();
      return since(shown, post(`${url}/bell`, body), begun);
    });
    socket.close();
    return took;
  };
  let said = 0;
  const ofRelay = () =>
    rings(size.rings, async () => {
      const number = 1 + (said % conversations);
      const text = `These are words ${(said += 1)}.`;
      const shown = new Promise<void>((resolve) => waiting.set(text, resolve));
      const { id } = await sayAt(sandbox.url, number, text);
      const news = { ...like, id, content: text, conversation: { id: number, inbox_id: like.conversation.inbox_id } };
      const bytes = Buffer.from(JSON.stringify(news));
      const begun = performance.now();
      return since(shown, post(`${relay.url}${target.path}`, bytes, signature(target.secret ?? '', bytes)), begun);
    });

  // No delivery and no frame of its own: it rings when we do.
  await turn(sandbox.url, { quiet: true });
  const round = async () => ({
    tells: await floor(floors.tells.url),
    reads: await floor(floors.reads.url),
    relay: await ofRelay(),
  });
  await round();
  const measured = await rounds(size.rounds, round);
  for (const visitor of visitors) visitor.close();
  return {
    sections: [
      [
        'From the webhook to the visitor’s socket, 50 a second',
        [
          compare(
            measured,
            '11 p50 over bare http → emit',
            'µs',
            (r) => r.relay.p50,
            (r) => r.tells.p50,
            { most: 2.5, fail: 4 },
          ),
          compare(
            measured,
            '11 p99 over bare http → emit',
            'µs',
            (r) => r.relay.p99,
            (r) => r.tells.p99,
            { most: 3, fail: 5 },
          ),
          compare(
            measured,
            '   p50 over bare http → a request to the desk → emit',
            'µs',
            (r) => r.relay.p50,
            (r) => r.reads.p50,
          ),
        ],
      ],
    ],
  };
}
