/* eslint-disable @typescript-eslint/no-require-imports -- it is required before the relay's own code */
// Required before the relay's own code: each commit to SQLite takes SLOW_DISK_MS longer. The thread that commits waits,
// after the real wait for the disk and before it says that it is done, as it would wait for a slower disk.
const { createRequire, syncBuiltinESMExports } = require('node:module');
const threads = require('node:worker_threads');

if (threads.isMainThread) {
  const { Worker } = threads;
  // The relay starts its writer without the flags that it has itself.
  threads.Worker = class extends Worker {
    constructor(file, options) {
      super(file, { ...options, execArgv: ['--require', __filename] });
    }
  };
  syncBuiltinESMExports();
} else {
  const Database = createRequire(`${process.cwd()}/package.json`)('better-sqlite3');
  const { prepare } = Database.prototype;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  Database.prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    if (sql !== 'COMMIT') return statement;
    const run = statement.run.bind(statement);
    statement.run = (...values) => {
      const result = run(...values);
      Atomics.wait(clock, 0, 0, Number(process.env.SLOW_DISK_MS));
      return result;
    };
    return statement;
  };
}
