import { join, resolve } from 'node:path';
import { readDataFolder } from '../config.ts';
import { restore as restoreTo } from '../stores/sqlite/restore.ts';
import type { Command } from './command.ts';
import { contentLine } from './content-line.ts';

export const restore: Command = {
  usage: 'restore FILE',
  about: 'puts a backup in the place of the database, while no relay runs',
  run([name = ''], { env, folder, now, say }) {
    const file = resolve(folder, name);
    const database = join(readDataFolder({ env }), 'baton.db');
    const { content, kept } = restoreTo(file, database, now());
    say(`Restored ${database} from ${file}: ${contentLine(content)}.`);
    if (kept !== null) say(`The database from before is kept as ${kept}: delete it once nobody misses it.`);
    say('Start the relay now: it takes what was said since the backup from the desk.');
  },
};
