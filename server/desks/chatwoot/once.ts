/**
 * Whether something is told for the first time: what is met again at each reading is logged once.
 * @param most so many are remembered; beyond that, one may be told again
 */
export function createOnce(most = 1_000): (what: string) => boolean {
  const told = new Set<string>();
  return (what) => {
    if (told.has(what)) return false;
    if (told.size >= most) told.clear();
    told.add(what);
    return true;
  };
}
