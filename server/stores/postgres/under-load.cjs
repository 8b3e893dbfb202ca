/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS starts several times faster under tsx */
// For the crash tests, in a process of its own: commits to 20 conversations at a time, on and on, and says on standard
// output what the store has acknowledged: `<conversation> <version> <seq>`. It ends when it is killed.
require('tsx/cjs');
const { openPostgres } = require('./postgres-store.ts');

const [url = '', life = ''] = process.argv.slice(2);

async function converse(store, id) {
  let { version, seq } = (await store.conversation(id)) ?? { version: 0, seq: 0 };
  for (;;) {
    const name = `m-${life}-${seq + 1}`;
    const at = Date.now();
    const message = { id: name, author: { kind: 'visitor' }, text: `words of ${name}`, at };
    const work = {
      id: name,
      after: seq + 1,
      task: { lane: 'timer', timer: name, epoch: 1 },
      notBefore: at,
      attempts: 0,
    };
    const result = await store.commit(id, version, {
      ...(version === 0 && { create: { site: 'demo', visitor: `v-${id}`, log: 'l' } }),
      at,
      state: JSON.stringify({ note: `after ${seq + 2}` }),
      marks: { spoke: seq + 1, forDesk: seq + 1, told: 0, telling: null },
      entries: [
        { event: { kind: 'message', seq: seq + 1, message }, hash: 'h' },
        { event: { kind: 'botFailed', seq: seq + 2, at } },
      ],
      addWork: [{ ...work, status: 'ready', sentAt: null }],
      dropWork: [`m-${life}-${seq - 1}`],
    });
    if (result !== 'ok') throw new Error(`${id} is ${result}`);
    version += 1;
    seq += 2;
    process.stdout.write(`${id} ${version} ${seq}\n`);
  }
}

void openPostgres({ url }).then((store) =>
  Promise.all(Array.from({ length: 20 }, (_, i) => converse(store, `c-${i}`))),
);
