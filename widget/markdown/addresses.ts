/** Where a link leads; `place` is its host, in punycode, or the address or number itself. */
interface Place {
  href: string;
  place: string;
}

const leads = /^(https?|mailto|tel):/i;

/**
 * A link that may be followed: absolute, and of a scheme that only leads somewhere. What looks like something else to
 * a reader is read here as the browser reads it.
 * @returns undefined for all others, which stay text
 */
export function safeLink(address: string): Place | undefined {
  // Asked first, because an exception costs more than all the rest, and a text may hold thousands of them.
  if (address.length > 2_000 || !leads.test(address) || URL.canParse?.(address) === false) return undefined;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  return { href: url.href, place: url.host || url.pathname };
}

/**
 * Whether a link's words say where it leads: they are an address of the same host and nothing that is read as another
 * one, such as a user before it or letters that look like others. A host somewhere in the words says nothing.
 */
export function saysWhere(words: string, { href, place }: Place): boolean {
  const said = words.trim().toLowerCase();
  if (!href.startsWith('http')) return said === place.toLowerCase() || said === href.toLowerCase();
  return /^(?:https?:\/\/)?([^/?#]*)/.exec(said)?.[1] === place;
}

/** An address as people write it. */
export const bareAddress = 'https?:\\/\\/[^\\s<>"`\\\\[\\]]{1,2000}';
export const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char);

/** A sentence may end behind an address, and a bracket around it may close. */
export function withoutTail(address: string): string {
  let end = address.length;
  const leave = (marks: string) => {
    while (end > 0 && marks.includes(address.charAt(end - 1))) end--;
  };
  leave(".,;:!?'*_");
  if (!address.includes('(')) leave(')');
  return address.slice(0, end);
}

/** A piece of a text; `href` where it is an address. */
interface Span {
  text: string;
  href?: string;
}

/** Reads words that are no Markdown: text, and the addresses in it. */
export function findAddresses(text: string): Span[] {
  const spans: Span[] = [];
  let said = 0;
  for (const { 0: found, index } of text.matchAll(new RegExp(bareAddress, 'gi'))) {
    const address = isWord(text[index - 1]) ? '' : withoutTail(found);
    const safe = safeLink(address);
    if (!safe) continue;
    spans.push({ text: text.slice(said, index) }, { text: address, href: safe.href });
    said = index + address.length;
  }
  return [...spans, { text: text.slice(said) }];
}
