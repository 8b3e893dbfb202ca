import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markOf } from '../shared/mark.ts';
import { backUp } from './stores/sqlite/backup.ts';
import { restore } from './stores/sqlite/restore.ts';
import { startRelay } from './testing/start-relay.ts';
import { isPostgres } from './testing/test-store.ts';

test('after a backup is restored, a browser reads its conversation anew, whatever it has of it', async ({ skip }) => {
  skip(isPostgres, 'it handles the file itself');
  await using relay = await startRelay();
  const database = join(relay.folder, 'baton.db');
  const backup = join(relay.folder, 'backup.db');
  const visitor = await relay.visit();
  await visitor.say('One');
  await visitor.hears('You said: One');
  const { token } = visitor;
  const content = backUp(database, backup); // the relay runs
  expect(content).toMatchObject({ conversations: 1, events: visitor.events.size });
  await visitor.say('Two, which the backup does not have');
  await visitor.hears('You said: Two');
  const seen = [...visitor.events.keys()];
  const identity = async () => (await relay.store.recent(0, 1))[0]?.log ?? '';
  const old = await identity();
  await relay.restart({ meanwhile: async () => void restore(backup, database, Date.now()) });

  // One that was away since before the backup, and so has nothing that is not there any more.
  const last = visitor.events.get(content.events);
  const same = await relay.visit({
    token,
    log: old,
    after: content.events,
    ...(last ? { mark: markOf(last) } : {}),
  });
  expect(same.welcome.conversation?.log).toBe(await identity());
  expect(await identity()).not.toBe(old);
  expect([...same.events.keys()]).toEqual(seen.slice(0, content.events));
  // And one that has more.
  const more = await relay.visit({ token, log: old, after: seen.length });
  expect([...more.events.keys()]).toEqual(seen.slice(0, content.events));
  await more.say('Three');
  await more.hears('You said: Three');
});
