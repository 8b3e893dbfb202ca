import { readOptions, runRows, type Row } from '../kit/rows.ts';
import { abuse } from './abuse.ts';
import { access } from './access.ts';
import { content } from './content.ts';
import { files } from './files.ts';
import { floods } from './floods.ts';
import { closeBrowser } from './pages.ts';
import { transport } from './transport.ts';
import { webhook } from './webhook.ts';
import { openWorld, type World } from './world.ts';

/*
 * `npm run attacks`: see docs/testing.md. Most rows share a relay and have visitors of their own; what floods it, or
 * needs another desk, starts one. A relay that has ended is started again for the next row.
 */

const options = readOptions();
let world = await openWorld();

/** A row that leaves no relay behind has failed, whatever it says. */
const guarded = (row: Row<World>): Row<World> => ({
  ...row,
  async try() {
    const outcome = await row.try(world);
    if (!world.relay.hasEnded()) return outcome;
    await world[Symbol.asyncDispose]();
    world = await openWorld();
    return { verdict: 'FAIL', figure: `the relay has ended; ${outcome.figure}` };
  },
});

const rows = [...access, ...transport, ...content, ...abuse, ...floods(options.seconds), ...files, ...webhook];
/** A78b stands behind A78, whichever file it is in. */
const place = ({ id }: Row<World>) => Number(/\d+/.exec(id)?.[0] ?? 999);
rows.sort((a, b) => place(a) - place(b));

process.exitCode = await runRows(rows.map(guarded), world, options, (options.seconds + 120) * 1_000);
await closeBrowser();
await world[Symbol.asyncDispose]();
