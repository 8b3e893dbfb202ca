import { busy, type Throughput } from './measure.ts';
import { compare } from './numbers.ts';
import { each, until } from './people.ts';
import type { Program } from './programs.ts';
import { openStage } from './stage.ts';
import { rounds, type Findings, type Run } from './subject.ts';
import { hello, openLight } from './visitor.ts';

/* What it costs to come back: websocket, token, session and the last words, over a bare connection. */

const visitors = 40;
/** Words of the visitor; the bot's stand beside each. */
const wordsEach = 10;

/** Connects so often, twenty at a time. */
const connect = (server: Program, count: number, tokens: readonly (string | undefined)[]): Promise<Throughput> =>
  busy([server], async () => {
    const all = Array.from({ length: count }, (_, i) => i);
    await each(all, async (i) => {
      const visitor = await openLight(server.url);
      const token = tokens[i % tokens.length];
      if (token !== undefined) await hello(visitor, token);
      visitor.close();
    });
    return count;
  });

export async function measureConnects({ quick, say }: Run): Promise<Findings> {
  const size = quick ? { rounds: 3, connects: 200 } : { rounds: 5, connects: 600 };
  await using stage = await openStage();
  const bare = await stage.startBare();
  say(`connects: ${visitors} visitors talk to the bot`);
  const tokens: string[] = [];
  await each(
    Array.from({ length: visitors }, (_, i) => i),
    async () => {
      const visitor = await openLight(stage.relay.url);
      let answers = 0;
      visitor.hears(({ message }) => message?.author.kind === 'bot' && (answers += 1));
      tokens.push(await hello(visitor));
      for (let i = 1; i <= wordsEach; i += 1) {
        await new Promise<void>((resolve) => visitor.say(resolve));
        await until(() => answers >= i, 'the bot has answered', { everyMs: 5 });
      }
      visitor.close();
    },
  );
  await until(async () => (await stage.ledger.waitingForDesk()) === 0, 'all of it is at the desk');
  const round = async () => ({
    bare: await connect(bare, size.connects, [undefined]),
    relay: await connect(stage.relay, size.connects, tokens),
  });
  await round();
  const measured = await rounds(size.rounds, round);
  return {
    sections: [
      [
        `Coming back: connected, known by the token, and the last ${2 * wordsEach} words`,
        [
          compare(
            measured,
            '9  CPU for one, over a bare connection',
            'µs',
            (r) => 1e6 / r.relay.perCpuSecond,
            (r) => 1e6 / r.bare.perCpuSecond,
            { most: 3, fail: 5 },
          ),
        ],
      ],
    ],
  };
}
