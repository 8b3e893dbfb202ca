import { join, resolve } from 'node:path';
import { readDataFolder } from '../config.ts';
import { backUp } from '../stores/sqlite/backup.ts';
import type { Command } from './command.ts';
import { contentLine } from './content-line.ts';

export const backup: Command = {
  usage: 'backup FILE',
  about: 'copies the database to a new file, while the relay runs',
  run([name = ''], { env, folder, say }) {
    const file = resolve(folder, name);
    const content = backUp(join(readDataFolder({ env }), 'baton.db'), file);
    say(`Backed up to ${file}, and checked: ${contentLine(content)}.`);
    say('It holds everything, the relay’s keys included: keep it private.');
  },
};
