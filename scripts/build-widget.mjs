import { build } from 'vite';

/** Builds what browsers load: dist/widget (the tag's script, the panel, its languages) and dist/demo (QA's pages). */
for (const mode of ['loader', 'panel', 'demo']) await build({ mode, logLevel: 'warn' });
