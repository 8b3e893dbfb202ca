import { join } from 'node:path';
import { readDataFolder } from '../config.ts';
import { database as settings } from '../config/database.ts';
import { RelayError } from '../errors.ts';
import { fill } from '../stores/postgres/fill.ts';
import { placeOf, serverOf } from '../stores/postgres/place.ts';
import { openWhole } from '../stores/sqlite/whole.ts';
import type { Command } from './command.ts';

export const move: Command = {
  usage: 'move --to ADDRESS',
  about: 'carries the database over to an empty PostgreSQL, while no relay runs',
  async run([option, url = ''], { env, say }) {
    if (option !== '--to' || !settings.safeParse({ url }).success) {
      throw new RelayError('that is no address of a PostgreSQL', {
        remedy:
          'write: move --to postgres://baton:…@db.example/baton, with signs such as / @ : in a password as %2F %40 %3A',
      });
    }
    // Where the relay is to find it is set before or after.
    const file = join(readDataFolder({ env: { ...env, DATABASE_URL: undefined } }), 'baton.db');
    await using from = await openWhole(file);
    const counts = await fill(url, from);
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const place = placeOf(url);
    const conversations = `${counts.conversation} ${counts.conversation === 1 ? 'conversation' : 'conversations'}`;
    say(
      `Moved ${file} to the database ${place.database} of ${serverOf(place)}: ${conversations}, ${rows} rows, each compared.`,
    );
    say('Set DATABASE_URL to that address, and start the relay.');
    say(`The file stays as it was: delete it once nobody misses it, and start no relay on it any more.`);
  },
};
