import { announcement } from './components/announce.ts';
import bubble from './components/Bubble.css?inline';
import prose from './components/Prose.css?inline';
import { Transcript } from './components/Transcript.tsx';
import { plainText } from './markdown/parse.ts';

/**
 * How what was said is drawn and read aloud. A field to write in needs none of it, so it is fetched beside the panel and
 * not with it: it is here before the relay has answered.
 */
export const transcript = { Transcript, announcement, plainText, css: bubble + prose };
export type TranscriptParts = typeof transcript;
