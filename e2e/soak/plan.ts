import { createChance, type Chance } from '../kit/chance.ts';
import type { Options } from './options.ts';

/** What is done to the parts while people talk. Times in milliseconds, parts from 0 to 1. */
export type Act =
  /** `node` absent: all of them at once. */
  | { do: 'kill' | 'end'; node?: number; downMs: number }
  /** It stands still and goes on: a machine that was paused. */
  | { do: 'stop'; node: number; ms: number }
  /** This part of PostgreSQL's connections is ended by the server. */
  | { do: 'terminate'; part: number }
  /** One relay does not reach the database. */
  | { do: 'cutOff'; node: number; ms: number }
  | { do: 'deskKilled'; downMs: number }
  /** The desk is reached by nobody. */
  | { do: 'deskAway'; ms: number }
  /** This part of all requests to the desk goes wrong, each in another way. */
  | { do: 'deskErrors'; part: number; ms: number }
  /** How the desk tells its news. */
  | { do: 'deskTells'; switches: Record<string, number | boolean>; ms: number }
  /** This part of the visitors' connections is cut. */
  | { do: 'visitorsCut'; part: number }
  /** What visitors say arrives, and they hear nothing; or the other way round. */
  | { do: 'visitorsHole'; direction: 'up' | 'down'; ms: number }
  | { do: 'visitorsSlow'; delayMs: number; ms: number };

/** Acts of one track follow one another; tracks run side by side. */
export const tracks = ['nodes', 'database', 'desk', 'visitors'] as const;
export type Track = (typeof tracks)[number];

export interface Planned {
  /** From the beginning, in milliseconds. */
  atMs: number;
  act: Act;
}

/** A run this long ends with a stretch without kills: what lives longer shows whether its memory grows. */
const longRunSeconds = 300;
const partWithKills = 0.6;

type Seen = Pick<Options, 'seconds' | 'seed' | 'nodes' | 'store'>;

/** All that is done, and when: the same for the same options. */
export function plan(options: Seen): Record<Track, Planned[]> {
  const chance = createChance(options.seed);
  const track = (name: Track, from: number, to: number, next: (own: Chance, atMs: number) => Act) => {
    const own = chance.of(name);
    const planned: Planned[] = [];
    let atMs = own.between(1_500, 4_000);
    while (atMs < options.seconds * 1_000) {
      const act = next(own, atMs);
      planned.push({ atMs: Math.round(atMs), act });
      atMs += lengthMs(act) + own.between(from, to);
    }
    return planned;
  };
  const killsUntilMs = options.seconds * 1_000 * (options.seconds < longRunSeconds ? 1 : partWithKills);
  return {
    nodes: track('nodes', 2_500, 8_000, (own, atMs) => toNodes(own, options.nodes, atMs < killsUntilMs)),
    database:
      options.store === 'sqlite' ? [] : track('database', 4_000, 12_000, (own) => toDatabase(own, options.nodes)),
    desk: track('desk', 1_000, 5_000, (own, atMs) => toDesk(own, atMs < killsUntilMs)),
    visitors: track('visitors', 2_000, 8_000, toVisitors),
  };
}

function lengthMs(act: Act): number {
  if ('ms' in act) return act.ms;
  return 'downMs' in act ? act.downMs : 0;
}

const some = (own: Chance, from: number, to: number) => Math.round(own.between(from, to));
const nodeOf = (own: Chance, nodes: number) => Math.floor(own() * nodes);

function toNodes(own: Chance, nodes: number, mayKill: boolean): Act {
  const [kind, node] = [own(), nodeOf(own, nodes)];
  if (!mayKill || kind < 0.25) return { do: 'stop', node, ms: some(own, 300, 9_000) };
  const downMs = own() < 0.8 ? some(own, 0, 1_000) : some(own, 5_000, 9_000);
  if (kind < 0.6) return { do: 'kill', node, downMs };
  if (kind < 0.92) return { do: 'end', node, downMs };
  return { do: 'kill', downMs };
}

function toDatabase(own: Chance, nodes: number): Act {
  const [kind, node] = [own(), nodeOf(own, nodes)];
  if (kind < 0.7) return { do: 'terminate', part: own() < 0.5 ? 1 : 0.4 };
  return { do: 'cutOff', node, ms: some(own, 200, 8_000) };
}

function toDesk(own: Chance, mayKill: boolean): Act {
  const kind = own();
  const ms = some(own, 1_500, 6_000);
  if (kind < 0.35) return { do: 'deskErrors', part: own.oneOf([0.1, 0.3, 0.7]), ms };
  if (kind < 0.45) return { do: 'deskAway', ms };
  if (kind < 0.52 && mayKill) return { do: 'deskKilled', downMs: some(own, 0, 2_000) };
  const switches = own.oneOf<Record<string, number | boolean>>([
    { double: 0.5, shuffle: 4 },
    { dropNext: 20 },
    { delayMs: 1_500 },
    // A websocket that loses something without being cut would be believed to have missed nothing.
    { quiet: true, refuseCable: true },
    { hold: true },
    { deliverFirst: true },
    { refuseCable: true },
  ]);
  return { do: 'deskTells', switches, ms };
}

function toVisitors(own: Chance): Act {
  const kind = own();
  if (kind < 0.6) return { do: 'visitorsCut', part: own.oneOf([0.2, 0.5, 1]) };
  const ms = some(own, 500, 4_000);
  if (kind < 0.8) return { do: 'visitorsHole', direction: own.oneOf(['up', 'down']), ms };
  return { do: 'visitorsSlow', delayMs: some(own, 50, 600), ms };
}

const names = ['A', 'B'] as const;
const percent = (part: number) => `${Math.round(100 * part)} %`;
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** In a few words. */
export function describeAct(act: Act): string {
  switch (act.do) {
    case 'kill':
      return `kill -9 of ${act.node === undefined ? 'all relays' : `relay ${names[act.node]}`}, down for ${seconds(act.downMs)}`;
    case 'end':
      return `SIGTERM to relay ${names[act.node ?? 0]}, down for ${seconds(act.downMs)}`;
    case 'stop':
      return `SIGSTOP of relay ${names[act.node]} for ${seconds(act.ms)}`;
    case 'terminate':
      return `PostgreSQL ends ${percent(act.part)} of its connections`;
    case 'cutOff':
      return `relay ${names[act.node]} is cut off from PostgreSQL for ${seconds(act.ms)}`;
    case 'deskKilled':
      return `kill -9 of the desk, down for ${seconds(act.downMs)}`;
    case 'deskAway':
      return `the desk is away for ${seconds(act.ms)}`;
    case 'deskErrors':
      return `${percent(act.part)} of the requests to the desk go wrong for ${seconds(act.ms)}`;
    case 'deskTells':
      return `the desk's news with ${JSON.stringify(act.switches)} for ${seconds(act.ms)}`;
    case 'visitorsCut':
      return `${percent(act.part)} of the visitors' connections are cut`;
    case 'visitorsHole':
      return `what visitors ${act.direction === 'up' ? 'say' : 'are told'} is swallowed for ${seconds(act.ms)}`;
    case 'visitorsSlow':
      return `visitors' lines are ${act.delayMs} ms late for ${seconds(act.ms)}`;
  }
}
