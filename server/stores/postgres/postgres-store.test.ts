import { createSchema } from '../../testing/test-database.ts';
import { describeStore } from '../store.contract.ts';
import { openPostgres } from './postgres-store.ts';

describeStore('a store in PostgreSQL', async () => {
  const database = await createSchema();
  const open = async () => openPostgres(database);
  let store = await open();
  return {
    store,
    async reopen() {
      await store.close();
      return (store = await open());
    },
    async keeps(...words) {
      const tables = await database.run<{ name: string }>(
        "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
      );
      const found = tables.map(
        ({ name }) => `EXISTS (SELECT FROM ${name} AS t, unnest($1::text[]) AS word WHERE strpos(t::text, word) > 0)`,
      );
      const [row] = await database.run<{ found: boolean }>(`SELECT ${found.join(' OR ')} AS found`, [words]);
      return row?.found ?? false;
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await database[Symbol.asyncDispose]();
    },
  };
});
