import { parseInline, plain } from './inline.ts';
import { type Block, deepest } from './tree.ts';

/** Longer texts are shown as they are. */
const longest = 64_000;

const fence = /^ {0,3}(`{3,}|~{3,})/;
const heading = /^ {0,3}#{1,6}\s+/;
const rule = /^ {0,3}([-*_])(?:\s*\1){2,}\s*$/;
const item = /^( {0,3})([-*+]|\d{1,9}[.)])(\s+|$)/;
const quote = /^ {0,3}> ?/;

const cells = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|');
const isDivider = (line: string | undefined) =>
  line !== undefined && line.includes('-') && cells(line).every((cell) => /^:?-+:?$/.test(cell.trim()));
const isBlank = (line: string | undefined) => line === undefined || line.trim() === '';
const indent = (line: string) => line.length - line.trimStart().length;

/**
 * Reads the small Markdown that people and bots write in chats: paragraphs with their line breaks, emphasis, code,
 * lists, quotes, tables, links. HTML is text, and pictures are links.
 */
export function parse(text: string): Block[] {
  // Nothing that cannot be seen but line breaks and tabs: a NUL or an escape has no business in a chat.
  const clean = String(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  if (clean.length > longest) return [{ kind: 'paragraph', inside: [{ kind: 'text', text: clean }] }];
  return blocks(clean.split('\n'), 0);
}

function blocks(lines: readonly string[], depth: number): Block[] {
  const found: Block[] = [];
  let at = 0;
  const canNest = depth < deepest;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fenced = fence.exec(line)?.[1];
    if (isBlank(line)) at++;
    else if (fenced) {
      let end = at + 1;
      while (end < lines.length && !(lines[end] ?? '').trimStart().startsWith(fenced)) end++;
      found.push({ kind: 'code', text: lines.slice(at + 1, end).join('\n') });
      at = end + 1;
    } else if (rule.test(line)) {
      found.push({ kind: 'rule' });
      at++;
    } else if (heading.test(line)) {
      found.push({ kind: 'heading', inside: parseInline(withoutMarks(line.replace(heading, ''))) });
      at++;
    } else if (canNest && quote.test(line)) {
      let end = at;
      while (end < lines.length && quote.test(lines[end] ?? '')) end++;
      const inside = lines.slice(at, end).map((quoted) => quoted.replace(quote, ''));
      found.push({ kind: 'quote', inside: blocks(inside, depth + 1) });
      at = end;
    } else if (canNest && item.test(line)) {
      at = list(lines, at, depth, found);
    } else if (line.includes('|') && isDivider(lines[at + 1])) {
      let end = at + 2;
      while (end < lines.length && (lines[end] ?? '').includes('|')) end++;
      const head = cells(line);
      const rows = lines.slice(at + 2, end).map((row) => cells(row).slice(0, head.length));
      const read = (row: readonly string[]) => row.map((cell) => parseInline(cell.trim()));
      found.push({ kind: 'table', head: read(head), rows: rows.map(read) });
      at = end;
    } else {
      let end = at + 1;
      while (end < lines.length && !beginsBlock(lines[end] ?? '', canNest)) end++;
      const words = lines.slice(at, end).map((each) => each.trim());
      found.push({ kind: 'paragraph', inside: parseInline(words.join('\n')) });
      at = end;
    }
  }
  return found;
}

/** A heading without the marks that may close it; those of "C#" are part of its words. */
function withoutMarks(title: string): string {
  const words = title.trimEnd();
  let end = words.length;
  while (words[end - 1] === '#') end--;
  return end === 0 || isBlank(words[end - 1]) ? words.slice(0, end).trimEnd() : words;
}

/** What ends a paragraph. A number does so only if a list begins with it: "in\n2026. Then" is a sentence. */
function beginsBlock(line: string, canNest: boolean): boolean {
  if (isBlank(line) || fence.test(line) || heading.test(line) || rule.test(line)) return true;
  if (!canNest) return false;
  const mark = item.exec(line)?.[2];
  return (
    quote.test(line) ||
    (mark !== undefined && !isBlank(line.trim().slice(mark.length)) && !/^\d+/.test(mark.replace(/^1\D/, '')))
  );
}

/** Reads a list that begins at a line. @returns where it ends */
function list(lines: readonly string[], from: number, depth: number, found: Block[]): number {
  const first = item.exec(lines[from] ?? '');
  const kindOf = (mark: string | undefined) => (mark && /\d/.test(mark) ? mark.slice(-1) : mark);
  const kind = kindOf(first?.[2]);
  const items: Block[][] = [];
  let at = from;
  while (at < lines.length) {
    const start = item.exec(lines[at] ?? '');
    if (!start || kindOf(start[2]) !== kind || rule.test(lines[at] ?? '')) break;
    const width = Math.min(start[0].length, (start[1]?.length ?? 0) + (start[2]?.length ?? 0) + 1);
    const inside = [(lines[at] ?? '').slice(width)];
    at++;
    while (at < lines.length) {
      const line = lines[at] ?? '';
      if (isBlank(line)) {
        const next = lines[at + 1];
        if (isBlank(next) || indent(next ?? '') < 2) break;
        inside.push('');
      } else if (indent(line) >= Math.min(width, 2)) inside.push(line.slice(Math.min(indent(line), width)));
      else if (item.test(line) || beginsBlock(line, true)) break;
      else inside.push(line);
      at++;
    }
    items.push(blocks(inside, depth + 1));
    // One blank line between two items does not end the list.
    if (isBlank(lines[at]) && kindOf(item.exec(lines[at + 1] ?? '')?.[2]) === kind) at++;
  }
  found.push({ kind: 'list', start: /\d/.test(first?.[2] ?? '') ? parseInt(first?.[2] ?? '1', 10) : null, items });
  return at;
}

/**
 * A message without its marks.
 * @param gap what stands between its blocks: a space where it is read aloud, a line break where it is copied
 */
export function plainText(text: string, gap: ' ' | '\n' = ' '): string {
  const isAloud = gap === ' ';
  const say = (block: Block): string => {
    switch (block.kind) {
      case 'paragraph':
      case 'heading':
        return plain(block.inside, !isAloud);
      case 'code':
        return block.text;
      case 'quote':
        return block.inside.map(say).join(gap);
      case 'list': {
        const { start, items } = block;
        const mark = (index: number) => (isAloud ? '' : start === null ? '- ' : `${start + index}. `);
        return items.map((each, index) => mark(index) + each.map(say).join(gap)).join(isAloud ? '. ' : gap);
      }
      case 'table':
        return [block.head, ...block.rows]
          .map((row) => row.map((cell) => plain(cell, !isAloud)).join(isAloud ? ', ' : '\t'))
          .join(isAloud ? '. ' : gap);
      case 'rule':
        return '';
    }
  };
  const said = parse(text).map(say);
  return (isAloud ? said.join(gap).replace(/\s+/g, ' ') : said.join('\n\n')).trim();
}
