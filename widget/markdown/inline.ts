import { bareAddress, isWord, safeLink, saysWhere, withoutTail } from './addresses.ts';
import { deepest, type Inline } from './tree.ts';

/*
 * One walk from left to right. What may open something is put on a stack; what closes something takes it from there.
 * So a megabyte of brackets or stars costs no more than a megabyte of words. Patterns here either begin where the walk
 * stands, and read on without a second way to match, or are bounded.
 */

/** A node under way; `depth` is how much is nested in it. */
type Piece = { node: Inline; depth: number };
/** A run of stars, underscores or tildes that may open emphasis, standing in `pieces` as text. */
interface Opener {
  mark: '*' | '_' | '~' | '[' | '![';
  count: number;
  at: number;
  /** How much is nested in the deepest piece since then; an opener above this one answers for what follows it. */
  depth: number;
}

const addressRun = /[^\s()<>]*/y;
const title = /"[^"\n]*"|'[^'\n]*'/y;
const spaces = /\s*/y;
const tickRun = /`+/y;
const addressHere = new RegExp(bareAddress, 'iy');
const plainRun = /(?:[^\\`*_~[\]!<\nh]|h(?!ttps?:\/\/))+/iy;
const punctuation = /[!-/:-@[-`{-~]/;
const isSpace = (char: string | undefined) => char === undefined || /\s/.test(char);

/** What a pattern that begins here (`y`) matches; empty where it does not. */
function readRun(pattern: RegExp, text: string, from: number): string {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? '';
}

/** Where runs of backticks begin, by their length. */
function findTicks(text: string): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const places = found.get(run.length);
    if (places) places.push(index);
    else found.set(run.length, [index]);
  }
  for (const places of found.values()) places.reverse();
  return found;
}

/**
 * Reads `(address "title")`.
 * @param from where the bracket stands
 * @returns undefined where it is none; `end` is behind it
 */
function readDestination(text: string, from: number): { address: string; end: number } | undefined {
  let at = from + 1;
  const skipSpaces = () => (at += readRun(spaces, text, at).length);
  skipSpaces();
  if (text[at] === '<') at++;
  const start = at;
  at += readRun(addressRun, text, at).length;
  // An address may hold pairs of brackets, one in no other.
  while (text[at] === '(') {
    const inner = readRun(addressRun, text, at + 1).length;
    if (text[at + 1 + inner] !== ')') break;
    at += inner + 2;
    at += readRun(addressRun, text, at).length;
  }
  const address = text.slice(start, at);
  if (text[at] === '>') at++;
  if (skipSpaces() > 0) at += readRun(title, text, at).length;
  skipSpaces();
  return text[at] === ')' ? { address, end: at + 1 } : undefined;
}

/**
 * Reads code between two runs of as many backticks.
 * @param from where the first run begins
 * @param ticks where such runs are, the next one last; those that were passed are taken away
 * @returns without `code` where nothing closes it; `end` is behind what was read
 */
function readCode(text: string, from: number, ticks: Map<number, number[]>): { code?: string; end: number } {
  const run = readRun(tickRun, text, from);
  const begin = from + run.length;
  const places = ticks.get(run.length) ?? [];
  while ((places.at(-1) ?? begin) < begin) places.pop();
  const close = places.at(-1);
  if (close === undefined) return { end: begin };
  const code = text.slice(begin, close).replace(/\n/g, ' ');
  const isPadded = code.startsWith(' ') && code.endsWith(' ') && code.trim() !== '';
  return { code: isPadded ? code.slice(1, -1) : code, end: close + run.length };
}

/** Reads an address that stands by itself, or between `<` and `>`. @returns `found` is empty where there is none */
function readAddress(text: string, from: number): { found: string; end: number } {
  if (text[from] === '<') {
    const found = readRun(addressHere, text, from + 1);
    const end = from + 1 + found.length;
    return text[end] === '>' ? { found, end: end + 1 } : { found: '', end: from };
  }
  const found = isWord(text[from - 1]) ? '' : withoutTail(readRun(addressHere, text, from));
  return { found, end: from + found.length };
}

/** Reads the text of one paragraph. */
export function parseInline(text: string): Inline[] {
  const pieces: Piece[] = [];
  const openers: Opener[] = [];
  let ticks: Map<number, number[]> | undefined;
  /** Openers below this stand before a link: no link holds another one. */
  let shut = 0;
  let at = 0;

  const say = (words: string) => {
    const before = pieces.at(-1)?.node;
    const openerIsLast = openers.at(-1)?.at === pieces.length - 1;
    if (before?.kind === 'text' && !openerIsLast) before.text += words;
    else pieces.push({ node: { kind: 'text', text: words }, depth: 0 });
  };
  const open = (mark: Opener['mark'], count: number) => {
    pieces.push({ node: { kind: 'text', text: mark.repeat(count) }, depth: 0 });
    openers.push({ mark, count, at: pieces.length - 1, depth: 0 });
  };
  const push = (node: Inline, depth: number) => {
    pieces.push({ node, depth });
    const opener = openers.at(-1);
    if (opener) opener.depth = Math.max(opener.depth, depth);
  };
  /** Lets go of all openers from there on: they stay as the text they are. @returns how deep what follows them is */
  const drop = (from: number): number => {
    const depth = openers.splice(from).reduce((most, opener) => Math.max(most, opener.depth), 0);
    const below = openers.at(-1);
    if (below) below.depth = Math.max(below.depth, depth);
    shut = Math.min(shut, openers.length);
    return depth;
  };
  const link = (address: string, from: number | null, image: boolean): boolean => {
    const safe = safeLink(address);
    if (!safe) return false;
    // The bracket that opened it stands before what it holds.
    const nodes = from === null ? [] : merge(pieces.splice(from).slice(1));
    if (from !== null) shut = openers.length;
    const inside = flatten(nodes);
    const words = plain(inside);
    const isBare = words.trim() === '';
    if (isBare) inside.splice(0, inside.length, { kind: 'text', text: image ? safe.place : address });
    const isSaid = saysWhere(isBare ? plain(inside) : words, safe);
    push({ kind: 'link', href: safe.href, shown: isSaid ? null : safe.place, inside }, 1);
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
      push({ kind: 'break' }, 0);
      at += 2;
    } else if (char === '\\' && punctuation.test(text[at + 1] ?? '')) {
      say(text[at + 1] ?? '');
      at += 2;
    } else if (char === '\n') {
      push({ kind: 'break' }, 0);
      at++;
    } else if (char === '`') {
      const { code, end } = readCode(text, at, (ticks ??= findTicks(text)));
      if (code === undefined) say(text.slice(at, end));
      else push({ kind: 'code', text: code }, 0);
      at = end;
    } else if (char === '<' || char === 'h' || char === 'H') {
      const { found, end } = readAddress(text, at);
      if (found && link(found, null, false)) at = end;
      else {
        // What is no address after all is not looked through again.
        const words = char === '<' ? char : found || char;
        say(words);
        at += words.length;
      }
    } else if (char === '[' || (char === '!' && text[at + 1] === '[')) {
      const mark = char === '[' ? '[' : '![';
      open(mark, 1);
      at += mark.length;
    } else if (char === ']') {
      const index = lastBracket(openers);
      const opener = index < 0 ? undefined : openers[index];
      let end = at + 1;
      if (opener) {
        const found = text[end] === '(' && index >= shut ? readDestination(text, end) : undefined;
        drop(index); // what opened inside closes inside or never
        if (found && link(found.address, opener.at, opener.mark === '![')) end = found.end;
      }
      if (end === at + 1) say(']');
      at = end;
    } else if (char === '*' || char === '_' || char === '~') {
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

  function emphasis(mark: '*' | '_' | '~', count: number, before: string | undefined, after: string | undefined) {
    if (mark === '~' && count !== 2) return say(mark.repeat(count));
    const isTight = mark === '_';
    let canOpen = !isSpace(after) && !(isTight && isWord(before));
    const canClose = !isSpace(before) && !(isTight && isWord(after));
    let left = count;
    while (canClose && left > 0) {
      const index = lastMark(openers, mark);
      const opener = openers[index];
      if (!opener || pieces.length === opener.at + 1) break;
      const depth = 1 + drop(index);
      if (depth > deepest) break;
      const inside = merge(pieces.splice(opener.at).slice(1));
      const used = left >= 2 && opener.count >= 2 ? 2 : 1;
      if (opener.count > used) open(mark, opener.count - used);
      push({ kind: mark === '~' ? 'del' : used === 2 ? 'strong' : 'em', inside }, depth);
      left -= used;
      canOpen &&= left > 0;
    }
    if (left === 0) return;
    if (canOpen) open(mark, left);
    else say(mark.repeat(left));
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
    return 'inside' in node ? { ...node, inside: flatten(node.inside) } : node;
  });

/** What is read when nothing is drawn. @param withAddresses of links whose words do not say where they lead */
export const plain = (nodes: readonly Inline[], withAddresses = false): string =>
  nodes
    .map((node) => {
      if (node.kind === 'break') return '\n';
      if (!('inside' in node)) return node.text;
      const words = plain(node.inside, withAddresses);
      return withAddresses && node.kind === 'link' && node.shown !== null ? `${words} (${node.href})` : words;
    })
    .join('');
