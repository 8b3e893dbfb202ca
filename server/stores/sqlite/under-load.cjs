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
      state: JSON.stringify({ note: `after ${seq + 2}` }),
      marks: { spoke: seq + 1, forDesk: seq + 1, told: 0, telling: null },
      entries: [
        {
          event: {
            kind: 'message',
            seq: seq + 1,
            message: { id: message, author: { kind: 'visitor' }, text: `words of ${message}`, at },
          },
          hash: 'h',
        },
        { event: { kind: 'botFailed', seq: seq + 2, at } },
      ],
      addWork: [
        {
          id: message,
          after: seq + 1,
          task: { lane: 'bot', turn: message, epoch: 1, from: seq, upTo: seq + 1, also: [] },
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
