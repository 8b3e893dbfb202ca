/** What is longer is no instruction, in characters. */
const longest = 2_000;

/**
 * A private note that begins with `/bot` gives the visitor back to the bot.
 * @returns the words after it, which are for the bot; undefined for any other note
 */
export function readBotNote(text: string): string | undefined {
  const found = /^\s*\/bot(?=\s|$)\s*([^]*)$/i.exec(text);
  return found?.[1]?.trim().slice(0, longest);
}
