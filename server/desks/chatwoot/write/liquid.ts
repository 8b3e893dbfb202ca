/*
 * Chatwoot runs every outgoing text, private notes too, through a template engine: `{{contact.name}}` in a bot's answer
 * becomes a name, and a loop in it stops the server. First it wraps each span from a back-tick to the next, over lines,
 * in `{% raw %}…{% endraw %}`; a text that is no valid template stays as it is. So outside such spans we escape each
 * `{{` and `{%`; inside we leave everything as it is, but for what would end the raw part. A last back-tick without a
 * partner begins no span, and our escapes hold no back-ticks: the spans are the same before and after.
 * @see chatwoot/chatwoot app/models/concerns/liquidable.rb
 */

/** @returns the text to send so that the desk stores exactly `text` */
export function escapeLiquid(text: string): string {
  let escaped = '';
  let at = 0;
  for (const span of text.matchAll(/`[^`]*`/g)) {
    escaped += escapeOutside(text.slice(at, span.index), true) + escapeInside(span[0]);
    at = span.index + span[0].length;
  }
  return escaped + escapeOutside(text.slice(at), false);
}

function escapeOutside(text: string, beforeSpan: boolean): string {
  const escaped = text.replace(/\{[{%]/g, (mark) => `{{'${mark}'}}`);
  // A brace left over at the end would make `{{% raw %}` of what the desk puts next.
  return beforeSpan && escaped.endsWith('{') ? `${escaped.slice(0, -1)}{{'{'}}` : escaped;
}

/** A tag that ends the raw part is taken out of it: the raw part is ended, the tag said as text, and begun anew. */
function escapeInside(span: string): string {
  return span.replace(/\{%(?=-?\s*endraw)/g, "{% endraw %}{{'{%'}}{% raw %}");
}
