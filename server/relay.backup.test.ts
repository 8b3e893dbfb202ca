import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markOf } from '../shared/mark.ts';
import { openMemory } from './desks/memory/memory-desk.ts';
import { backUp } from './stores/sqlite/backup.ts';
import { restore } from './stores/sqlite/restore.ts';
import { fastClock, startRelay } from './testing/start-relay.ts';
import { isMirrored, mara, startWithPeople, teams } from './testing/people.ts';
import { listen } from './testing/listen.ts';
import { eventually } from './testing/visit.ts';
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
  relay.desk.people.away(true); // it has what the backup has not
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

test('what was said since the backup is taken from the desk again: once here, and once there', async ({ skip }) => {
  skip(isPostgres, 'it handles the file itself');
  await using relay = await startWithPeople({}, 1);
  const database = join(relay.folder, 'baton.db');
  const backup = join(relay.folder, 'backup.db');
  const visitor = await relay.visit();
  await visitor.say('One');
  await visitor.hears('You said: One');
  await eventually(() => isMirrored(relay.desk, 'You said: One'), 'the desk has it');
  backUp(database, backup);
  await visitor.say('Two');
  await visitor.hears('You said: Two');
  await eventually(() => isMirrored(relay.desk, 'You said: Two'), 'the desk has it');
  relay.desk.people.say(mara, 'Mara here');
  await visitor.hears('Mara here');
  await visitor.say('Three');
  await eventually(() => isMirrored(relay.desk, 'Three'), 'the desk has it');
  const said = (lines: string[]) => lines.filter((line) => !line.startsWith('['));
  const before = said(visitor.transcript());
  await relay.restart({ meanwhile: async () => void restore(backup, database, Date.now()) });
  const back = await relay.visit({ token: visitor.token });
  await back.hears('Three');
  expect(said(back.transcript())).toEqual(before);
  await back.say('Four');
  await eventually(() => isMirrored(relay.desk, 'Four'), 'the desk has it');
  await relay.restart();
  const [thread] = relay.desk.people.threads;
  const again = await relay.visit({ token: visitor.token });
  expect(said(again.transcript())).toEqual([...before, 'visitor: Four']);
  const texts = (thread?.messages ?? []).filter((one) => !one.private).map(({ text }) => text);
  expect(texts.filter((text) => ['One', 'Two', 'Three', 'Four'].includes(text))).toEqual([
    'One',
    'Two',
    'Three',
    'Four',
  ]);
});

test('what the bot has answered since the backup is not put to it once more', async ({ skip }) => {
  skip(isPostgres, 'it handles the file itself');
  await using relay = await startRelay();
  const database = join(relay.folder, 'baton.db');
  const backup = join(relay.folder, 'backup.db');
  const visitor = await relay.visit();
  await visitor.say('One');
  await eventually(() => isMirrored(relay.desk, 'You said: One'), 'the desk has it');
  backUp(database, backup);
  await visitor.say('Two');
  await eventually(() => isMirrored(relay.desk, 'You said: Two'), 'the desk has it');
  await relay.restart({ meanwhile: async () => void restore(backup, database, Date.now()) });
  relay.desk.people.hint();
  const back = await relay.visit({ token: visitor.token });
  await back.hears('You said: Two');
  await back.say('Three');
  await back.hears('You said: Three');
  expect(relay.bot.asked.map(({ text }) => text)).toEqual(['One', 'Two', 'Three']);
});

test('a person who answers in a thread that the backup lacks reaches nobody, and the log says so', async ({ skip }) => {
  skip(isPostgres, 'it handles the file itself');
  const log = listen();
  const clock = fastClock(40);
  await using relay = await startRelay({ desk: openMemory({ now: clock.now, teams }), ...clock, log });
  const database = join(relay.folder, 'baton.db');
  const backup = join(relay.folder, 'backup.db');
  const visitor = await relay.visit();
  await visitor.say('One');
  await eventually(() => isMirrored(relay.desk, 'You said: One'), 'the desk has it');
  backUp(database, backup);
  relay.desk.people.say(mara, 'Mara here');
  await visitor.hears('Mara here');
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await visitor.say('Two');
  await eventually(() => isMirrored(relay.desk, 'Two'), 'the desk has it');
  const [known, lost] = relay.desk.people.threads;
  if (!known || !lost) throw new Error('there are no two threads');
  await relay.restart({ meanwhile: async () => void restore(backup, database, clock.now()) });
  relay.desk.people.say(mara, 'In the old one', { number: known.number });
  relay.desk.people.say(mara, 'In the new one', { number: lost.number });
  relay.desk.people.say(mara, 'Is anybody there?', { number: lost.number });
  const warnings = () => log.lines.filter(({ sentence }) => sentence.includes('not in the backup'));
  await eventually(() => warnings().length > 0, 'the log says so');
  expect(warnings()).toMatchObject([
    { level: 'warn', fields: { desk: lost.number, remedy: expect.stringContaining('docs/operating.md') } },
  ]);
  const back = await relay.visit({ token: visitor.token });
  await back.hears('In the old one');
  expect(back.transcript().join()).not.toContain('In the new one');
});
