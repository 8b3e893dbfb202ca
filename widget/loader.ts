import { advise } from './options.ts';
import { start } from './start.ts';

// A page's own markup may stand in the way: `<img name="currentScript" src="…">` is what the name leads to then, and its
// address would be taken for the relay's. It is null in a module.
const tag: unknown = document.currentScript;
if (tag instanceof HTMLScriptElement) start(tag, (address) => import(/* @vite-ignore */ address));
else advise('leave out type="module"');
