import type { Content } from '../stores/sqlite/database-file.ts';

/** What a database holds, in words: `1.4 MB, 12 conversations with 340 events, the last change 2026-11-21 18:40 UTC`. */
export function contentLine({ bytes, conversations, events, changedAt }: Content): string {
  const size = bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
  if (changedAt === null) return `${size}, no conversation`;
  const at = new Date(changedAt).toISOString().slice(0, 16).replace('T', ' ');
  const counted = `${conversations} ${conversations === 1 ? 'conversation' : 'conversations'}`;
  return `${size}, ${counted} with ${events} events, the last change ${at} UTC`;
}
