import { setTimeout as sleep } from 'node:timers/promises';
import { compare, quantile } from './numbers.ts';
import { each, until } from './people.ts';
import type { Program } from './programs.ts';
import { openReturning, type Returning } from './returning.ts';
import { freePort, openStage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';

/*
 * The server is killed, and another one is there a while later, on the same port: how long it takes until all visitors are
 * back, over the same at bare socket.io. What some of them were saying in that moment they say again, as the widget does.
 */

/** The server is started again so long after it was killed, in milliseconds. */
const downMs = 1_500;
/** Of each visitor. */
const tabs = 5;
/** So many are in the middle of a word when the server dies. */
const speaking = 100;
/** One speaks on all the while, each so many milliseconds. */
const everyMs = 100;

interface Storm {
  /** From the moment when the server listens, in seconds. */
  allBack: number;
  halfBack: number;
  /** From the server's death until it listens, in milliseconds. */
  downFor: number;
}

/** @param start lets the server listen again, on its port */
async function storm(server: Program, start: () => Promise<Program>, visitors: readonly Returning[], waitMs: number) {
  const backAt: number[] = [];
  const back = visitors.map((visitor) => visitor.isBack().then(() => backAt.push(performance.now())));
  const killedAt = performance.now();
  await server.kill();
  await sleep(waitMs);
  const next = await start();
  const upAt = performance.now();
  await Promise.all(back);
  const seconds = (q: number) => Math.max(0, quantile(backAt, q) - upAt) / 1_000;
  const found: Storm = { allBack: seconds(1), halfBack: seconds(0.5), downFor: upAt - killedAt };
  return { next, found };
}

async function openAll(
  url: string,
  count: number,
  isRelay: boolean,
  of = (_: number): string | undefined => undefined,
) {
  const all: Returning[] = [];
  const numbers = Array.from({ length: count }, (_, i) => i);
  await each(numbers, async (i) => void all.push(await openReturning(url, isRelay, of(i))));
  return all;
}

export async function measureStorm({ quick, say }: Run): Promise<Findings> {
  const size = quick ? { rounds: 1, visitors: 200 } : { rounds: 3, visitors: 1_000 };
  const ports = { relay: await freePort(), bare: await freePort() };
  await using stage = await openStage({ port: ports.relay });
  let relay = stage.relay;
  const startBare = () => stage.startBare({ env: { PORT: String(ports.bare) } });
  const begun = performance.now();
  let bare = await startBare();
  const bareStartMs = performance.now() - begun;

  say(`a storm: ${size.visitors} visitors talk to the bot`);
  const visitors = await openAll(relay.url, size.visitors, true);
  await each(visitors, async (visitor) => void (await visitor.say()));
  const further = await openAll(
    relay.url,
    size.visitors * (tabs - 1),
    true,
    (i) => visitors[i % visitors.length]?.token,
  );
  const returning = [...visitors, ...further];
  const plain = await openAll(bare.url, returning.length, false);
  const live = await openReturning(relay.url, true);
  await live.say();
  await until(async () => (await stage.ledger.waitingForDesk()) === 0, 'all of it is at the desk');
  let said = size.visitors + 1;
  const acks: number[] = [];

  const measured = await rounds(size.rounds, async (i) => {
    say(`a storm, round ${i + 1} of ${size.rounds}`);
    let isOver = false;
    const speaks = (async () => {
      while (!isOver) {
        acks.push(await live.say());
        said += 1;
        await sleep(everyMs);
      }
    })();
    const words = returning.slice(0, speaking).map((visitor) => visitor.say());
    said += words.length;
    const ofRelay = await storm(relay, () => stage.startRelay({ port: ports.relay }), returning, downMs);
    relay = ofRelay.next;
    await Promise.all(words);
    await sleep(1_000);
    isOver = true;
    await speaks;
    // As long without a server, so that both crowds have lost the same patience.
    const ofBare = await storm(bare, startBare, plain, ofRelay.found.downFor - bareStartMs);
    bare = ofBare.next;
    return { relay: ofRelay.found, bare: ofBare.found };
  });

  const kept = await stage.ledger.saidByVisitors();
  const gaps = (await Promise.all([...returning, live].map((visitor) => visitor.gaps()))).reduce((a, b) => a + b, 0);
  for (const visitor of [...returning, ...plain, live]) visitor.close();
  return {
    sections: [
      [
        `A storm: ${returning.length} tabs of ${size.visitors} visitors come back after the server was killed`,
        [
          compare(
            measured,
            '10 all are back, from the moment it listens',
            's',
            (r) => r.relay.allBack,
            (r) => r.bare.allBack,
            { most: 1.5, fail: 3 },
          ),
          compare(
            measured,
            '   half are back',
            's',
            (r) => r.relay.halfBack,
            (r) => r.bare.halfBack,
          ),
          { what: '   without a server', unit: 's', measured: measured.map((r) => r.relay.downFor / 1_000) },
          {
            what: '10 one who speaks meanwhile, to the acknowledgement, p99 (wanted: below 1 s)',
            unit: 'ms',
            measured: [quantile(acks, 0.99)],
          },
          {
            what: '10 acknowledged words that are missing or twice, and gaps at the visitors (wanted: 0)',
            unit: '',
            measured: [Math.abs(kept - said) + gaps],
          },
        ],
      ],
    ],
  };
}
