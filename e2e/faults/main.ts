import { readOptions, runRows } from '../kit/rows.ts';
import { crashes } from './crashes.ts';
import { desk } from './desk.ts';
import { lines } from './lines.ts';
import { storage } from './storage.ts';

/* `npm run faults`: see docs/testing.md. Each row has a relay, a desk and visitors of its own. */

const options = readOptions();
const rows = [...crashes, ...lines, ...desk, ...storage];
/** By their numbers; what has a name of its own comes last. */
const place = ({ id }: { id: string }) => Number(/^F(\d+)/.exec(id)?.[1] ?? 999);
rows.sort((a, b) => place(a) - place(b));
process.exitCode = await runRows(rows, undefined, options, 200_000);
