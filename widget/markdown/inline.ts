import { safeLink } from './link.ts';
import { deepest, type Inline } from './tree.ts';

/*
 * One walk from left to right. Whatever may open something is put on a stack; whatever closes something takes it from
 * there. So a megabyte of brackets or stars costs no more than a megabyte of words.
 */

/** A node under way; `depth` is how much is nested in it. */
type Piece = { node: Inline; depth: number };
/** A run of stars or underscores that may open emphasis, standing in `pieces` as text. */
interface Opener {
  mark: '*' | '_' | '[' | '![';
  count: number;
  at: number;
}

const destination = /\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)/y;
const bareAddress = /https?:\/\/[^\s<>"`\\[\]]{1,2000}/iy;
const plainRun = /[^\\`*_[\]!<\nhH]+/y;
const punctuation = /[!-/:-@[-`{-~]/;
const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char);
const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}_]/u.test(char);

/** Where the closing run of a code span is, by its length; each length is looked for only once more than found. */
function closingTicks(text: string, from: number, ticks: string, none: Set<number>): number {
  if (none.has(ticks.length)) return -1;
  let at = text.indexOf(ticks, from);
  while (at >= 0) {
    let end = at + ticks.length;
    while (text[end] === '`') end++;
    if (end - at === ticks.length) return at;
    at = text.indexOf(ticks, end);
  }
  none.add(ticks.length);
  return -1;
}

/** Reads the text of one paragraph. */
export function parseInline(text: string): Inline[] {
  const pieces: Piece[] = [];
  const openers: Opener[] = [];
  const noTicks = new Set<number>();
  let at = 0;

  const say = (words: string) => {
    const before = pieces.at(-1)?.node;
    const openerIsLast = openers.at(-1)?.at === pieces.length - 1;
    if (before?.kind === 'text' && !openerIsLast) before.text += words;
    else pieces.push({ node: { kind: 'text', text: words }, depth: 0 });
  };
  /** Takes everything from `from` on off the list. Its unused openers stay as the text they are. */
  const takeFrom = (from: number) => {
    const inside = pieces.splice(from);
    return { nodes: merge(inside), depth: 1 + Math.max(0, ...inside.slice(0, 500).map((piece) => piece.depth)) };
  };
  const link = (address: string, from: number | null, image: boolean): boolean => {
    const safe = safeLink(address);
    if (!safe) return false;
    // The bracket that opened it stands before what it holds.
    const nodes = from === null ? [] : takeFrom(from + 1).nodes;
    if (from !== null) pieces.length = from;
    const inside = flatten(nodes);
    const words = plain(inside);
    if (words.trim() === '') inside.splice(0, inside.length, { kind: 'text', text: image ? safe.place : address });
    const isSaid = words.trim() === '' || words.includes(safe.place);
    pieces.push({ node: { kind: 'link', href: safe.href, shown: isSaid ? null : safe.place, inside }, depth: 1 });
    return true;
  };

  while (at < text.length) {
    const char = text[at];
    plainRun.lastIndex = at;
    const run = plainRun.exec(text)?.[0];
    if (run) {
      say(run);
      at += run.length;
    } else if (char === '\\' && text[at + 1] === '\n') {
      pieces.push({ node: { kind: 'break' }, depth: 0 });
      at += 2;
    } else if (char === '\\' && punctuation.test(text[at + 1] ?? '')) {
      say(text[at + 1] ?? '');
      at += 2;
    } else if (char === '\n') {
      pieces.push({ node: { kind: 'break' }, depth: 0 });
      at++;
    } else if (char === '`') {
      let end = at;
      while (text[end] === '`') end++;
      const ticks = text.slice(at, end);
      const close = closingTicks(text, end, ticks, noTicks);
      if (close < 0) say(ticks);
      else {
        const code = text.slice(end, close).replace(/\n/g, ' ');
        const trimmed = /^ .*[^ ].* $/.test(code.slice(0, 5_000)) ? code.slice(1, -1) : code;
        pieces.push({ node: { kind: 'code', text: trimmed }, depth: 0 });
      }
      at = close < 0 ? end : close + ticks.length;
    } else if (char === '<' || char === 'h' || char === 'H') {
      const inBrackets = char === '<';
      bareAddress.lastIndex = inBrackets ? at + 1 : at;
      const isInWord = !inBrackets && isWord(text[at - 1]);
      let found = isInWord ? undefined : bareAddress.exec(text)?.[0];
      if (found && inBrackets && text[at + 1 + found.length] !== '>') found = undefined;
      if (found && !inBrackets) found = withoutTail(found);
      if (found && link(found, null, false)) at += found.length + (inBrackets ? 2 : 0);
      else {
        say(char);
        at++;
      }
    } else if (char === '[' || (char === '!' && text[at + 1] === '[')) {
      const mark = char === '[' ? '[' : '![';
      pieces.push({ node: { kind: 'text', text: mark }, depth: 0 });
      openers.push({ mark, count: 1, at: pieces.length - 1 });
      at += mark.length;
    } else if (char === ']') {
      const index = lastBracket(openers);
      const opener = index < 0 ? undefined : openers[index];
      let done = 0;
      if (opener) {
        openers.length = index; // whatever opened inside closes inside or never
        destination.lastIndex = at + 1;
        const match = text[at + 1] === '(' ? destination.exec(text) : null;
        if (match && link(match[1] ?? '', opener.at, opener.mark === '![')) done = match[0].length;
      }
      if (!done) say(']');
      at += 1 + done;
    } else if (char === '*' || char === '_') {
      let end = at;
      while (text[end] === char) end++;
      emphasis(char, end - at, text[at - 1], text[end]);
      at = end;
    } else {
      say(char ?? '');
      at++;
    }
  }
  return merge(pieces);

  function emphasis(mark: '*' | '_', count: number, before: string | undefined, after: string | undefined) {
    const isTight = mark === '_';
    let canOpen = !isSpace(after) && !(isTight && isWord(before));
    const canClose = !isSpace(before) && !(isTight && isWord(after));
    let left = count;
    while (canClose && left > 0) {
      const index = lastMark(openers, mark);
      const opener = openers[index];
      if (!opener) break;
      const used = left >= 2 && opener.count >= 2 ? 2 : 1;
      const { nodes, depth } = takeFrom(opener.at + 1);
      if (nodes.length === 0 || depth > deepest) {
        pieces.push(...nodes.map((node) => ({ node, depth: depth - 1 })));
        break;
      }
      openers.length = index;
      const rest = opener.count - used;
      pieces.length = opener.at;
      if (rest > 0) {
        pieces.push({ node: { kind: 'text', text: mark.repeat(rest) }, depth: 0 });
        openers.push({ mark, count: rest, at: opener.at });
      }
      pieces.push({ node: { kind: used === 2 ? 'strong' : 'em', inside: nodes }, depth });
      left -= used;
      canOpen &&= left > 0;
    }
    if (left === 0) return;
    pieces.push({ node: { kind: 'text', text: mark.repeat(left) }, depth: 0 });
    if (canOpen) openers.push({ mark, count: left, at: pieces.length - 1 });
  }
}

function lastBracket(openers: readonly Opener[]): number {
  for (let index = openers.length - 1; index >= 0 && index > openers.length - 100; index--)
    if (openers[index]?.mark.endsWith('[')) return index;
  return -1;
}
function lastMark(openers: readonly Opener[], mark: string): number {
  for (let index = openers.length - 1; index >= 0 && index > openers.length - 100; index--) {
    const found = openers[index]?.mark;
    if (found === mark) return index;
    if (found?.endsWith('[')) return -1;
  }
  return -1;
}

/** A sentence may end behind an address, and a bracket around it may close. */
function withoutTail(address: string): string {
  const bare = address.replace(/[.,;:!?'*_]+$/, '');
  return bare.endsWith(')') && !bare.includes('(') ? bare.replace(/\)+[.,;:!?]*$/, '') : bare;
}

/** Texts side by side become one. */
function merge(pieces: readonly Piece[]): Inline[] {
  const merged: Inline[] = [];
  for (const { node } of pieces) {
    const before = merged.at(-1);
    if (node.kind === 'text' && before?.kind === 'text')
      merged[merged.length - 1] = { kind: 'text', text: before.text + node.text };
    else merged.push(node);
  }
  return merged;
}

/** No link inside a link. */
const flatten = (nodes: readonly Inline[]): Inline[] =>
  nodes.flatMap((node) => {
    if (node.kind === 'link') return flatten(node.inside);
    return node.kind === 'strong' || node.kind === 'em' ? { ...node, inside: flatten(node.inside) } : node;
  });

/** What is read when nothing is drawn. */
export const plain = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if (node.kind === 'break') return '\n';
      return 'inside' in node ? plain(node.inside) : node.text;
    })
    .join('');
