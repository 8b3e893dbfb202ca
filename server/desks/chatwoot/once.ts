import { BoundedMap } from '../../bounded-map.ts';

/**
 * Whether something is told for the first time: what is met again at each reading is logged once.
 * @param most so many are remembered; beyond that, one may be told again
 */
export function createOnce(most = 1_000): (what: string) => boolean {
  const told = new BoundedMap<string, true>(most);
  return (what) => {
    if (told.has(what)) return false;
    told.set(what, true);
    return true;
  };
}
