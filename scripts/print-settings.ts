/* Writes docs/settings.md from the schema of the settings. `npm run docs` */
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { settingsPage } from '../server/config/settings-page.ts';

const file = new URL('../docs/settings.md', import.meta.url).pathname;
writeFileSync(file, await format(settingsPage(), { ...(await resolveConfig(file)), parser: 'markdown' }));
