import { readFileSync, writeFileSync } from 'node:fs';
import { withDiagram } from '../server/testing/handoff-diagram.ts';

/* Writes the diagram of the handoff into docs/how-it-works.md. Needs tsx: `npm run draw`. */

const page = new URL('../docs/how-it-works.md', import.meta.url);
writeFileSync(page, withDiagram(readFileSync(page, 'utf8')));
