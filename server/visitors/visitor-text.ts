/* What browsers send as text, made fit to be stored, logged and read at the desk. */

/** The address without query and fragment: what stands there, a key or an e-mail address, is not for the desk. */
export function plainAddress(url: string): string {
  if (!URL.canParse(url)) return '';
  const { origin, pathname } = new URL(url);
  return origin === 'null' ? '' : origin + pathname;
}

/** Control characters say nothing and break terminals and logs; line breaks and tabs stay. Half a character is none. */
export function clean(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd');
}
