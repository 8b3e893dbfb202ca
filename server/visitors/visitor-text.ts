/* What browsers send as text, made fit to be stored, logged and read at the desk. */

/** The address without query and fragment: what stands there, a key or an e-mail address, is not for the desk. */
export function plainAddress(url: string): string {
  if (!URL.canParse(url)) return '';
  const { protocol, origin, pathname } = new URL(url);
  return /^https?:$/.test(protocol) ? origin + pathname : '';
}

/** Where a visitor is, as a browser tells it. */
export const plainPage = ({ url, title }: { url: string; title: string }): { url: string; title: string } => ({
  url: plainAddress(url),
  title: clean(title),
});

/** Control characters say nothing and break terminals and logs; line breaks and tabs stay. Half a character is none. */
export function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}
