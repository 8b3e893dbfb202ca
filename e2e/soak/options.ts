import { parseArgs } from 'node:util';

export interface Options {
  /** How long people talk while things fail. */
  seconds: number;
  /** Of all that is left to chance. */
  seed: number;
  nodes: 1 | 2;
  store: 'sqlite' | 'postgres';
  visitors: number;
}

export class WrongOption extends Error {}

/** @throws WrongOption with a sentence for who typed it */
export function readOptions(args: string[], seedByChance = Math.floor(Math.random() * 1_000_000)): Options {
  const values = parse(args);
  const whole = (name: 'seconds' | 'seed' | 'visitors', usual: number, least: number, most: number): number => {
    const said = values[name];
    const value = said === undefined ? usual : Number(said);
    if (said === '' || !Number.isInteger(value) || value < least || value > most)
      throw new WrongOption(`--${name} takes a whole number from ${least} to ${most}, and not “${said}”.`);
    return value;
  };
  const nodes = Number(values.nodes ?? 1);
  if (nodes !== 1 && nodes !== 2) throw new WrongOption(`--nodes takes 1 or 2, and not “${values.nodes}”.`);
  const store = values.store ?? (nodes === 2 ? 'postgres' : 'sqlite');
  if (store !== 'sqlite' && store !== 'postgres')
    throw new WrongOption(`--store takes sqlite or postgres, and not “${store}”.`);
  if (nodes === 2 && store === 'sqlite')
    throw new WrongOption('Two relays need PostgreSQL: --nodes 2 goes with --store postgres.');
  return {
    seconds: whole('seconds', 60, 10, 86_400),
    seed: whole('seed', seedByChance, 0, 4_294_967_295),
    visitors: whole('visitors', 20, 1, 200),
    nodes,
    store,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        seconds: { type: 'string' },
        seed: { type: 'string' },
        nodes: { type: 'string' },
        store: { type: 'string' },
        visitors: { type: 'string' },
      },
    }).values;
  } catch {
    const known = '--seconds 60 --seed 7 --nodes 1|2 --store sqlite|postgres --visitors 20';
    throw new WrongOption(`“${args.join(' ')}” is not understood. There are: ${known}.`);
  }
}

/** The command that does the same once more. */
export const commandFor = ({ seconds, seed, nodes, store, visitors }: Options): string =>
  `npm run soak -- --seconds ${seconds} --seed ${seed} --nodes ${nodes} --store ${store} --visitors ${visitors}`;
