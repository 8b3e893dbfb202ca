/**
 * An agent's words as Markdown: the dashboard's editor writes a hard line break as a back-slash at the end of the line,
 * which 4.14 takes out of deliveries only. An escaped back-slash stays.
 */
export function spoken(content: string): string {
  return content.replace(/(?<!\\)((?:\\\\)*)\\(\r?\n)/g, '$1$2');
}
