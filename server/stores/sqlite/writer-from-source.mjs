// Starts the writer from its TypeScript: a thread does not inherit tsx from the one that starts it, and Node 20 does
// not run `--import` for it. Compiled, this file is not needed and not there.
import { register } from 'tsx/esm/api';

register();
await import('./writer.ts');
