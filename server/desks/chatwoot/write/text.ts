/** The longest text Chatwoot takes, in characters; it answers 422 to more. */
const longest = 150_000;

/** Takes out what Chatwoot's database cannot keep: a NUL, half a character; and cuts what is too long. */
export function storable(text: string): string {
  const clean = text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
  return clean.length <= longest ? clean : `${clean.slice(0, longest - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

/**
 * The same words for a desk that has refused them: without the marks of Markdown that come in pairs, with the address
 * of a link beside its text, and without characters that something on the way may not take (control and formatting
 * characters, and all that need four bytes, as emoji do). Mentions and pictures are broken last, by a space: whatever is
 * taken out before may have been what kept them from being one.
 */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{C}\n\t]/gu, '')
    .replace(/[\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/!?\[([^\[\]\n]{1,500})\]\(([^()\s]{1,2000})\)/g, '$1 ($2)')
    .replace(/(\*\*|__|~~|```|`)(?=\S)([^\n]{1,2000}?)\1/g, '$2')
    .replace(/^ {0,3}(#{1,6} |> ?)/gm, '')
    .replace(/mention:(?=\/\/)/gi, '$& ')
    .replace(/!(?=\[)/g, '$& ');
}

/** A name within Chatwoot's 255 characters, on one line. */
export function nameOf(text: string): string {
  return storable(text).replace(/\s+/g, ' ').trim().slice(0, 255);
}

/**
 * The text of a note that calls nobody. A link of this kind tells the person it names, who then takes part in the
 * conversation; and a note may quote what a visitor wrote.
 */
export const withoutMentions = (text: string): string => text.replace(/mention:(?=\/\/)/gi, '$&\u200b');

/** A mention as Chatwoot reads it in a private note: everybody meant is told. */
export function mention(kind: 'team' | 'user', id: number, name: string): string {
  const shown = storable(name).replace(/[[\]()\\`]/g, ' ');
  return `[@${shown}](mention://${kind}/${id}/${encodeURIComponent(storable(name)).replace(/[()']/g, '')})`;
}
