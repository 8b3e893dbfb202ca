import { start } from './start.ts';

// A page's own markup may stand in the way: `<img name="currentScript" src="…">` is what the name leads to then, and its
// address would be taken for the relay's. It is null where somebody bundled us after all.
const tag: unknown = document.currentScript;
if (tag instanceof HTMLScriptElement) start(tag, (address) => import(/* @vite-ignore */ address));
