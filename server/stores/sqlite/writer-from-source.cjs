/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, for the reason below */
// Starts the writer from its TypeScript: a thread does not inherit tsx from the one that starts it, and Node 20 does
// not run `--import` for it. CommonJS because tsx is then ready in a third of the time. Compiled, nothing needs this.
require('tsx/cjs');
require('./writer.ts');
