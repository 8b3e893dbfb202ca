import type { Chance } from '../kit/chance.ts';
import type { Harm } from '../kit/meddler.ts';
import { sleep } from '../kit/numbers.ts';
import { describeAct, tracks, type Act, type Planned, type Track } from './plan.ts';
import { settleMs, tellSandbox, type World } from './world.ts';

/* Does what was planned, at its time, and takes it back. */

export interface Done {
  /** When it began, in milliseconds since 1970. */
  readonly begunAt: number;
  /** Each act with the second in which it began, in the order of beginning. */
  readonly lines: readonly string[];
  /** How often each kind was done. */
  readonly counts: ReadonlyMap<Act['do'], number>;
  /** The longest that a relay took to end when it was asked to, in milliseconds. */
  readonly slowestEndMs: number;
}

/** The sandbox's switches as they are usually. */
const usual = {
  quiet: false,
  hold: false,
  double: 0,
  shuffle: 0,
  dropNext: 0,
  delayMs: 20,
  deliverFirst: false,
  refuseCable: false,
};

interface Options {
  planned: Record<Track, Planned[]>;
  /** What is not begun by then is left out: on a busy machine relays start slowly, and the rest comes later. */
  seconds: number;
  chance: Chance;
}

/** @returns once all is done and taken back; relays serve by then */
export async function carryOut(world: World, { planned, seconds, chance }: Options): Promise<Done> {
  const begun = performance.now();
  const begunAt = Date.now();
  const lines: string[] = [];
  const counts = new Map<Act['do'], number>();
  const endings: number[] = [0];
  const perform = createActs(world, chance, endings);
  await Promise.all(
    tracks.map(async (track) => {
      for (const { atMs, act } of planned[track]) {
        await sleep(Math.max(0, atMs - (performance.now() - begun)));
        if (performance.now() - begun > seconds * 1_000) break;
        lines.push(`${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${describeAct(act)}`);
        counts.set(act.do, (counts.get(act.do) ?? 0) + 1);
        await perform(act);
      }
    }),
  );
  return { begunAt, lines, counts, slowestEndMs: Math.max(...endings) };
}

function createActs(world: World, chance: Chance, endings: number[]): (act: Act) => Promise<void> {
  const { nodes, desk, line, records } = world;
  const chosen = (node: number | undefined) => (node === undefined ? nodes : nodes.slice(node, node + 1));
  const away: Harm = { kind: 'cutBefore' };

  return async (act) => {
    switch (act.do) {
      case 'kill':
      case 'end': {
        const how = act.do === 'kill' ? 'kill' : 'stop';
        const took = await Promise.all(chosen(act.node).map((node) => node.end(how)));
        if (act.do === 'end') endings.push(...took);
        await sleep(act.downMs);
        await Promise.all(chosen(act.node).map((node) => node.start()));
        return;
      }
      case 'stop':
        for (const { program } of chosen(act.node)) {
          program?.signal('SIGSTOP');
          await sleep(act.ms);
          program?.signal('SIGCONT');
        }
        return;
      case 'terminate':
        return void (await records.terminate?.(act.part));
      case 'cutOff':
        for (const node of chosen(act.node)) {
          node.line?.down(true);
          await sleep(act.ms);
          node.line?.down(false);
        }
        return;
      case 'deskKilled':
        await world.sandbox.kill();
        await sleep(act.downMs);
        return world.startSandbox();
      case 'deskAway':
        desk.harm = () => away;
        desk.refuseSockets(true);
        await sleep(act.ms);
        desk.harm = undefined;
        return desk.refuseSockets(false);
      case 'deskErrors':
        desk.harm = () => (chance() < act.part ? harm(chance) : undefined);
        await sleep(act.ms);
        desk.harm = undefined;
        return;
      case 'deskTells':
        await tellSandbox(world, 'switches', { ...usual, ...act.switches });
        await sleep(act.ms);
        return tellSandbox(world, 'switches', usual);
      case 'visitorsCut':
        return line.cut(() => chance() < act.part);
      case 'visitorsHole':
        line.hole(act.direction);
        await sleep(act.ms);
        line.hole('none');
        // What was swallowed is missing in the middle: nobody understands the rest.
        return line.cut();
      case 'visitorsSlow':
        line.delayMs = act.delayMs;
        await sleep(act.ms);
        // What comes now would overtake what is late.
        line.cut();
        line.delayMs = 0;
        return;
    }
  };
}

/** What becomes of one request to the desk. */
function harm(chance: Chance): Harm {
  const status = chance.oneOf([500, 502, 503, 429]);
  const body = status === 429 ? 'Retry later\n' : '{"error":"Internal Server Error"}';
  return chance.oneOf<Harm>([
    { kind: 'cutBefore' },
    { kind: 'cutAfter' },
    { kind: 'half' },
    { kind: 'answer', status, body },
    { kind: 'answer', status, body, after: true },
    // The relay believes that what it has sent arrives within the settle time, or never.
    { kind: 'late', ms: chance.between(50, settleMs / 4), after: false },
    { kind: 'late', ms: chance.between(100, 4_000), after: true },
  ]);
}
