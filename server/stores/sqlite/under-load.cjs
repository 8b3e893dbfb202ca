/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS starts several times faster under tsx */
// For the crash tests, in a process of its own: commits to 20 conversations at a time, on and on, and says on standard
// output what the store has acknowledged: `<conversation> <version> <seq>`. It ends when it is killed.
require('tsx/cjs');
const { openSqlite } = require('./sqlite-store.ts');

const [file = '', life = ''] = process.argv.slice(2);

async function converse(store, id) {
  let { version, seq } = (await store.conversation(id)) ?? { version: 0, seq: 0 };
  for (;;) {
    const message = `m-${life}-${seq + 1}`;
    const at = Date.now();
    const result = await store.commit(id, version, {
      ...(version === 0 && { create: { site: 'demo', visitor: `v-${id}`, log: 'l' } }),
      at,
      state: { note: `after ${seq + 2}` },
      events: [
        { kind: 'message', seq: seq + 1, id: message },
        { kind: 'botFailed', seq: seq + 2, at },
      ],
      messages: [{ id: message, author: { kind: 'visitor' }, text: `words of ${message}`, at }],
      receipts: [{ id: message, hash: 'h', seq: seq + 1, at }],
      addWork: [
        {
          id: message,
          task: { lane: 'bot', turn: message, epoch: 1, messages: [message] },
          notBefore: at,
          attempts: 0,
          status: 'ready',
          sentAt: null,
        },
      ],
      dropWork: [`m-${life}-${seq - 1}`],
    });
    if (result !== 'ok') throw new Error(`${id} is ${result}`);
    version += 1;
    seq += 2;
    process.stdout.write(`${id} ${version} ${seq}\n`);
  }
}

void openSqlite({ file }).then((store) => Promise.all(Array.from({ length: 20 }, (_, i) => converse(store, `c-${i}`))));
