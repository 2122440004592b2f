import { keepsDigits, outlineOf } from './outline.ts';

/**
 * JSON that keeps what was written. A number whose digits a double would not print again (`1.0`, `613196570357137407`,
 * `1e400`) is held as `JSON.rawJSON`, which `JSON.stringify` writes as it was; every other value is what it always is.
 */

interface RawNumber {
  readonly rawJSON: string;
}

type Reviver = (this: object, key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** TypeScript's library does not have them yet. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};
const revive = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** Whether this is such a number: an object to the language, a number to JSON. */
export const isWrittenNumber = isRawJSON;

const isInexact = (value: unknown, source: string | undefined): source is string =>
  typeof value === 'number' && source !== undefined && !keepsDigits(source);

/** `JSON.parse` for what is stored and answered again. */
export function parseExactly(text: string): unknown {
  if (!outlineOf(text).inexact) return JSON.parse(text);
  return revive(text, (_, value, { source }) => (isInexact(value, source) ? rawJSON(source) : value));
}

/** How numbers were written, by the object or array that holds them. */
const written = new WeakMap<object, Map<string, string>>();

/** `JSON.parse` for what a schema looks at: all numbers are doubles, and `asWritten` knows what they were. */
export function parseRemembering(text: string): unknown {
  return revive(text, function (key, value, { source }) {
    if (isInexact(value, source)) {
      const sources = written.get(this) ?? new Map<string, string>();
      written.set(this, sources.set(key, source));
    }
    return value;
  });
}

/** A part of what `parseRemembering` read, with its numbers as they were written. */
export function asWritten(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return value;
  const sources = written.get(value);
  const inner = (key: string, item: unknown): unknown => {
    const source = sources?.get(key);
    return source === undefined ? asWritten(item) : rawJSON(source);
  };
  if (Array.isArray(value)) return value.map((item, i) => inner(String(i), item));
  // Not by assignment, which would take a key `__proto__` for the prototype.
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(key, item)]));
}
