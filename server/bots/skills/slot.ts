import type { Slot } from './skill-file.ts';

/** The answer to a slot's question as it is kept; undefined where it does not fit. */
export function readSlot(slot: Slot, said: string): string | undefined {
  const whole = readOne(slot, said);
  if (whole !== undefined || !said.includes('\n')) return whole;
  // Several messages came at once: the last one that fits.
  const fitting = said.split('\n').map((line) => readOne(slot, line));
  return fitting.findLast((value) => value !== undefined);
}

/** What fits a slot's pattern within a sentence; also in the words that began the skill. */
export function findSlot(slot: Slot, said: string): string | undefined {
  if (slot.pattern === undefined) return undefined;
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${slot.pattern})(?![\\p{L}\\p{N}])`, 'iu').exec(digits(said))?.[0];
}

function readOne(slot: Slot, said: string): string | undefined {
  const value = said.trim();
  if (value === '' || value.length > 500) return undefined;
  const plain = digits(value);
  if (slot.pattern !== undefined) return findSlot(slot, plain);
  switch (slot.kind) {
    case 'text':
      return value;
    case 'number':
      return /^[-+]?\d{1,15}([.,]\d{1,10})?$/.test(plain) ? plain.replace(',', '.') : undefined;
    case 'email':
      return /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}$/.test(plain) ? plain : undefined;
  }
}

/** Eastern Arabic digits (٠–٩, ۰–۹) are digits, too. */
const digits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));

/** An answer with what was told. What visitors wrote is never Markdown in it, and never ends a block of code. */
export function fillIn(answer: string, slots: Record<string, string>): string {
  return answer
    .split(/(```[^]*?```|`[^`\n]*`)/)
    .map((part) => {
      const write = part.startsWith('`') ? inCode : inText;
      return part.replace(/\{(\w+)\}/g, (_, name: string) => write((slots[name] ?? '').replace(/\s+/g, ' ').trim()));
    })
    .join('');
}

const inCode = (value: string): string => value.replaceAll('`', "'");

const inText = (value: string): string => value.replace(/[\\`*_{}[\]()<>#+!|~]/g, '\\$&').replace(/:(?=\/\/)/g, '\\:');
