import type { Log } from '../log.ts';

interface Line {
  level: 'info' | 'warn' | 'error';
  fields: Record<string, unknown>;
  sentence: string;
}

/** Keeps what was logged, to look at. */
export function listen(): Log & { lines: Line[] } {
  const lines: Line[] = [];
  const at = (level: Line['level']) => (fields: object, sentence: string) =>
    void lines.push({ level, fields: fields as Record<string, unknown>, sentence });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}
