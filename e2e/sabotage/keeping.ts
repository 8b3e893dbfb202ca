import type { Sabotage } from './run.ts';

/** One change in one file of what keeps, restores and forgets. */
const change = (breaks: string, file: string, find: string, put: string, noticing: string, test: string): Sabotage => ({
  breaks: `keeping: ${breaks}`,
  changes: [{ file: `server/${file}`, find, put }],
  noticedBy: { project: 'unit', file: `server/${noticing}`, test },
});

export const ofKeeping: readonly Sabotage[] = [
  change(
    'a backup overwrites another file',
    'stores/sqlite/backup.ts',
    `openSync(file, 'wx', 0o600)`,
    `openSync(file, 'w', 0o600)`,
    'stores/sqlite/backup.test.ts',
    'a backup overwrites nothing',
  ),
  change(
    'something is restored under a relay that runs',
    'stores/sqlite/restore.ts',
    'const lock = takeProcessLock(database);',
    'const lock = { [Symbol.dispose]() {} };\n  void takeProcessLock;',
    'stores/sqlite/backup.test.ts',
    'nothing is restored under a relay that runs',
  ),
  change(
    'a restored log keeps its identity',
    'stores/sqlite/restore.ts',
    `db.exec('UPDATE conversation SET log = lower(hex(randomblob(16)))');`,
    '',
    'relay.backup.test.ts',
    'a browser reads its conversation anew',
  ),
  change(
    'a word that was taken back from the desk is told there once more',
    'conversation/draft-parts.ts',
    ' && !isOfDesk(message.id)',
    '',
    'conversation/desk-read.test.ts',
    'is taken back after a backup was restored',
  ),
  change(
    'a word of ours is taken from the desk although nothing was restored',
    'conversation/desk-read.ts',
    ' && context.isLost(said.at)',
    '',
    'conversation/desk-read.test.ts',
    'a word of ours that nobody here knows is left alone otherwise',
  ),
  change(
    'what was taken away leaves its words behind',
    'stores/sqlite/decision.ts',
    `text = \${spaces('text')},`,
    '',
    'stores/sqlite/sqlite-store.test.ts',
    'a conversation is gone with everything that was kept of it',
  ),
  change(
    'a conversation is removed although a browser has it open',
    'retention.ts',
    'if (isFollowed(id) || ',
    'if (',
    'retention.test.ts',
    'but for those that a browser follows',
  ),
  change(
    'erasing forgets here first what is to be deleted at the desk',
    'command/erase.ts',
    'await atDesk(threads, false);',
    '',
    'command/people.test.ts',
    'a desk that is away keeps everything here',
  ),
  change(
    'erasing believes a desk that lists everybody’s conversations',
    'desks/chatwoot/chatwoot-eraser.ts',
    `(one) => one.uuid === ref?.['uuid'] || isUnder(one, source),`,
    '() => isUnder !== undefined,',
    'desks/chatwoot/chatwoot-eraser.test.ts',
    'loses none of them',
  ),
  change(
    'a relay that ends says that it is ready',
    'http.ts',
    `if (isLeaving()) return void res.status(503).json({ status: 'leaving' });`,
    '',
    'relay.leaving.test.ts',
    'is not ready from then on',
  ),
  change(
    'a relay that ends sends everybody away at one moment',
    'listener.ts',
    'if (early >= 1) await',
    'if (early < 0) await',
    'relay.leaving.test.ts',
    'sends its visitors away one after the other',
  ),
];
