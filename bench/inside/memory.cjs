/* eslint-disable @typescript-eslint/no-require-imports -- it is required before a program of either kind */
// Required before a server's own code: says how much memory it has after a collection. Needs `--expose-gc`.
const { isMainThread } = require('node:worker_threads');

if (isMainThread) {
  process.on('message', (question) => {
    if (!question.memory) return;
    for (let i = 0; i < 4; i += 1) globalThis.gc();
    const { rss, heapUsed } = process.memoryUsage();
    process.send({ rss, heap: heapUsed });
  });
  // The channel alone keeps nobody running.
  process.channel?.unref();
}
