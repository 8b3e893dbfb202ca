import { randomBytes } from 'node:crypto';
import type { Json } from './model.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 24 random letters and digits, as all of Chatwoot's tokens are. */
export const newToken = (): string => Array.from(randomBytes(24), (byte) => letters[byte % letters.length]).join('');

/** Unix seconds; 0 stands for never. */
export const seconds = (ms: number | null): number => (ms === null ? 0 : Math.floor(ms / 1000));

/** Unix seconds with a fraction, as `updated_at` of a conversation is written. */
export const fraction = (ms: number): number => ms / 1000;

export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object from JSON, or from a JSON string as a form carries it. */
export function asObject(value: unknown): Json {
  if (isObject(value)) return value;
  if (typeof value !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** A string, a number written as text, or null for what is blank. */
export function asText(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Rails' idea of an id: a number, or digits in a string. */
export function asId(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined;
}

export const asIds = (value: unknown): number[] =>
  (Array.isArray(value) ? value : [value]).map(asId).filter((id) => id !== undefined);

export const asFlag = (value: unknown): boolean => value === true || value === 'true' || value === 1 || value === '1';

export const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
