/*
 * Scripts that would like to run in the visitor's page. Each calls `payloadRan`. They are made of parts, so that there
 * are thousands of them: a tag or a scheme, an event, and a way to write it that some parser may overlook.
 */

const run = 'payloadRan()';

const tags = [
  'img src=x',
  'svg',
  'body',
  'input autofocus',
  'video><source',
  'audio src=x',
  'details open',
  'iframe',
  'object data=x',
  'embed src=x',
  'marquee',
  'math',
  'style',
  'link rel=stylesheet href=x',
  'form',
  'button autofocus',
  'select autofocus',
  'textarea autofocus',
  'x contenteditable tabindex=1',
  'a href=x autofocus',
];
const events = [
  'onerror',
  'onload',
  'onfocus',
  'ontoggle',
  'onstart',
  'onbegin',
  'onanimationstart',
  'onpointerenter',
  'onmouseover',
  'onclick',
  'onfocusin',
  'onauxclick',
  'onbeforetoggle',
  'onscrollend',
  'ontransitionend',
];
const spellings: ((tag: string, event: string) => string)[] = [
  (tag, event) => `<${tag} ${event}=${run}>`,
  (tag, event) => `<${tag}/${event}="${run}"/>`,
  (tag, event) => `"><${tag} ${event}='${run}'>`,
  (tag, event) => `<${tag.toUpperCase()} ${event.toUpperCase()}=${run} x=`,
  (tag, event) => `&lt;${tag} ${event}=${run}&gt;`,
  (tag, event) => `<${tag}\n${event}\t=\n${run}>`,
  (tag, event) => `<<${tag} ${event}=${run}//`,
  (tag, event) => `<!--><${tag} ${event}=${run}>-->`,
  (tag, event) => `[a](<${tag} ${event}=${run}>)`,
  (tag, event) => `![x](x "<${tag} ${event}=${run}>")`,
  (tag, event) => `\`<${tag} ${event}=${run}>\``,
  (tag, event) => `</textarea></title></style></script><${tag} ${event}=${run}>`,
  (tag, event) => `<math><mtext><table><mglyph><style><!--</style><${tag} ${event}=${run}>`,
  (tag, event) => `<${tag} ${event}=&#112;ayloadRan&#40;&#41;>`,
];

const schemes = [
  'javascript:',
  'JaVaScRiPt:',
  'java\tscript:',
  'java\nscript:',
  'javascript&colon;',
  '&#106;avascript:',
  '\u0001javascript:',
  ' javascript:',
  'javascript%3A',
  'vbscript:',
  'data:text/html,<script>',
  'data:text/html;base64,',
  'blob:',
  'file:///',
  'ms-word:',
  'intent://',
  'view-source:',
  'javascript://x%0a',
  '\u200bjavascript:',
  'feed:javascript:',
];
const places: ((address: string) => string)[] = [
  (to) => `[press](${to})`,
  (to) => `[press](<${to}>)`,
  (to) => `![picture](${to})`,
  (to) => `<${to}>`,
  (to) => `[press][1]\n\n[1]: ${to}`,
  (to) => `<a href="${to}">press</a>`,
  (to) => `[press](${to} "title")`,
  (to) => `[![x](${to})](${to})`,
  (to) => to,
];

/** What nobody may run, and no link may lead to. */
export const payloads: readonly string[] = [
  ...tags.flatMap((tag) => events.flatMap((event) => spellings.map((spell) => spell(tag, event)))),
  ...schemes.flatMap((scheme) => places.map((place) => place(`${scheme}${run}`))),
  ...[
    `<script>${run}</script>`,
    `<svg><script>${run}</script>`,
    `<iframe srcdoc="<script>parent.${run}</script>">`,
    `{{constructor.constructor('${run}')()}}`,
    `\${${run}}`,
  ],
];
