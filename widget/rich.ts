import css from './components/Prose.css?inline';
import { Prose } from './components/Prose.tsx';
import { plainText } from './markdown/parse.ts';

/** What Markdown needs. A field to write in needs none of it, so it is fetched beside the panel and not with it. */
export const rich = { Prose, plainText, css };
export type Rich = typeof rich;
