import { type Outline, outlineOf } from './outline.ts';
import { setOwn } from './own.ts';

/**
 * JSON that keeps numbers as they were written. A number that a double would print differently (`1.0`,
 * `613196570357137407`, `1e400`) is kept as `JSON.rawJSON`, which `JSON.stringify` writes unchanged. All other values
 * are as usual.
 *
 * Before parsing, such numbers are marked: they become strings that begin with half of a surrogate pair, which no
 * string of a caller does. The standard way, a reviver that receives the source, takes many times as long and as much
 * memory.
 */

/** TypeScript's library does not have them yet. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

/** Whether a value is such a number: an object for JavaScript, a number for JSON. */
export const isWrittenNumber = isRawJSON;

export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object for JSON: not null, a list or a number that is kept as it was written. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isWrittenNumber(value);

/** The second half of a surrogate pair. A valid string never begins with it. */
const mark = '\udc00';
const [markCode, quote] = [0xdc00, 0x22];
const isMarked = (value: unknown): value is string => typeof value === 'string' && value.startsWith(mark);
const sourceOf = (marked: string): string => marked.slice(mark.length);

/** A text of a million numbers is copied by its characters: a million slices of it take ten times as long to join. */
function withMarks(text: string, inexact: readonly number[]): string {
  const marked = new Uint16Array(text.length + 1.5 * inexact.length);
  let [length, copied] = [0, 0];
  const copyTo = (end: number) => {
    while (copied < end) marked[length++] = text.charCodeAt(copied++);
  };
  // The beginning of a number and its end take turns.
  inexact.forEach((position, i) => {
    copyTo(position);
    marked[length++] = quote;
    if (i % 2 === 0) marked[length++] = markCode;
  });
  copyTo(text.length);
  return Buffer.from(marked.buffer).toString('utf16le');
}

/** Parses JSON with its inexact numbers marked. The result is only for `asWritten` and `asDoubles`. */
export function parseMarked(text: string, { inexact }: Pick<Outline, 'inexact'> = outlineOf(text)): unknown {
  return JSON.parse(inexact.length === 0 ? text : withMarks(text, inexact));
}

/** Replaces the marked numbers. */
function replaceMarks(value: unknown, replacement: (source: string) => unknown): unknown {
  if (isMarked(value)) return replacement(sourceOf(value));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const replaced = replaceMarks(item, replacement);
      if (replaced !== item) value[i] = replaced;
    }
    return value;
  }
  for (const [key, item] of Object.entries(value)) {
    const replaced = replaceMarks(item, replacement);
    if (replaced !== item) setOwn(value, key, replaced);
  }
  return value;
}

/** Replaces marked numbers by numbers as they were written. Changes the given value. */
export const asWritten = (value: unknown): unknown => replaceMarks(value, rawJSON);

/** Replaces marked numbers by JavaScript numbers. Changes the given value. */
export const asDoubles = (value: unknown): unknown => replaceMarks(value, Number);

/** `JSON.parse` for JSON that is stored and returned later. */
export const parseExactly = (text: string): unknown => asWritten(parseMarked(text));
