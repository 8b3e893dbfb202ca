import { fileURLToPath } from 'node:url';

/** A path of the project's. */
export const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
