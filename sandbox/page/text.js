// What people write, as nodes: never as HTML. Only paragraphs, quotes, bold, italic, code and bare addresses are drawn; the
// rest is shown as typed.

const pattern =
  /`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|\[([^\]]+)\]\((mention:[^)]*|https?:[^)\s]*)\)|(https?:\/\/[^\s<>]+)/g;

/**
 * Quoted lines become quotes, and what blank lines part becomes paragraphs.
 * @param {string} text
 */
export function paragraphs(text) {
  const plain = text.replace(/\\\n/g, '\n'); // the dashboard's hard line break
  const blocks = []; // { isQuote, lines }
  let isOpen = false;
  for (const line of plain.split('\n')) {
    const isQuote = /^> ?/.test(line);
    const last = blocks.at(-1);
    if (line.trim() === '') isOpen = false;
    else if (isOpen && last.isQuote === isQuote) last.lines.push(line);
    else {
      blocks.push({ isQuote, lines: [line] });
      isOpen = true;
    }
  }
  return blocks.map(({ isQuote, lines }) =>
    isQuote
      ? element('blockquote', {}, ...written(lines.map((line) => line.replace(/^> ?/, '')).join('\n')))
      : element('p', {}, ...written(lines.join('\n'))),
  );
}

function written(plain) {
  const nodes = [];
  let last = 0;
  for (const found of plain.matchAll(pattern)) {
    nodes.push(plain.slice(last, found.index));
    nodes.push(drawn(found));
    last = found.index + found[0].length;
  }
  nodes.push(plain.slice(last));
  return nodes;
}

function drawn([, code, bold, italic, slanted, label, target, address]) {
  if (code !== undefined) return element('code', {}, code);
  if (bold !== undefined) return element('b', {}, ...written(bold));
  if (italic ?? slanted) return element('em', {}, italic ?? slanted);
  if (label !== undefined && target.startsWith('mention:')) return element('b', {}, label);
  return element('a', { href: target ?? address, rel: 'noreferrer', target: '_blank' }, label ?? address);
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} attributes functions become listeners, `true` a bare attribute, false and undefined none
 * @param {...(Node | string)} children
 */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/** @param {number} seconds since 1970 */
export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

/** Of first and last name; what holds a digit is a number, and no name. @param {string} name */
export const initials = (name) =>
  name
    .split(/\s+/)
    .filter((part) => part !== '' && !/\d/.test(part))
    .map((part) => [...part][0].toUpperCase())
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join('');
