import { start } from './start.ts';

// The tag is a classic script, so this is an HTML script element; null if somebody bundled it after all.
const tag = document.currentScript as HTMLScriptElement | null;
if (tag) start(tag, (address) => import(/* @vite-ignore */ address));
