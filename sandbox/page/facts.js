import { element } from './text.js';

/* What is known of a visitor: the attributes that the account defines, as Chatwoot shows them, and the talks before. */

/**
 * @param {any} conversation as the list has it
 * @param {{ attribute_key: string, attribute_display_name: string }[]} definitions
 * @param {any[]} earlier other conversations of the same contact, newest first
 * @returns {{ key: string, data: unknown, draw: () => Node }[]} rows for `keep`
 */
export function facts({ custom_attributes, additional_attributes }, definitions, earlier) {
  const told = definitions
    .map(({ attribute_key, attribute_display_name }) => [attribute_display_name, custom_attributes[attribute_key]])
    .filter(([, value]) => value !== undefined && value !== null && value !== '');
  const rows = told.map(([name, value]) => row(name, String(value)));
  if (told.length === 0 && additional_attributes?.browser_language)
    rows.push(row('Language', additional_attributes.browser_language));
  if (earlier.length > 0) {
    const links = earlier.slice(0, 5).map(({ id, status }) => element('a', { href: `#${id}` }, `${id}, ${status}`));
    rows.push({
      key: 'Before',
      data: earlier.map(({ id, status }) => [id, status]),
      draw: () => pair('Before', ...links.map((link) => element('dd', {}, link))),
    });
  }
  return rows;
}

const pair = (name, ...details) => element('div', {}, element('dt', {}, name), ...details);
const row = (name, value) => ({
  key: name,
  data: value,
  draw: () => pair(name, element('dd', { dir: 'auto' }, shown(name, value))),
});

/** Addresses are links that say their path, languages have names, reasons are words, names of skills are code. */
function shown(name, value) {
  if (/^https?:/.test(value)) {
    const { host, pathname } = new URL(value);
    return element('a', { href: value, rel: 'noreferrer', target: '_blank' }, pathname === '/' ? host : pathname);
  }
  if (name === 'Language') return languageName(value);
  if (!/^[\w-]+(\.[\w-]+){2,}(, |$)/.test(value)) return inWords(value);
  // A long name breaks where it has a dot.
  return element('code', {}, ...value.split(/(?<=\.)/).flatMap((part) => [part, element('wbr', {})]));
}

/** What a program calls a thing, `visitor_asked`, as people say it. All else stays as it is. @param {string} value */
export function inWords(value) {
  if (!/^[a-z]+(_[a-z]+)+$/.test(value)) return value;
  const words = value.replaceAll('_', ' ');
  return words[0].toUpperCase() + words.slice(1);
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag; // not every text is a language
  }
}
