import { type Outline, outlineOf } from './outline.ts';

/**
 * JSON that keeps what was written. A number whose digits a double would not print again (`1.0`, `613196570357137407`,
 * `1e400`) is held as `JSON.rawJSON`, which `JSON.stringify` writes as it was; every other value is what it always is.
 *
 * The parser reads such numbers as strings that begin with half of a character, as no string of a caller does. The
 * language's own way, a reviver that is told the source, takes many times as long and as much memory.
 */

/** TypeScript's library does not have them yet. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

/** Whether this is such a number: an object to the language, a number to JSON. */
export const isWrittenNumber = isRawJSON;

/** The second half: whole characters never begin with it. */
const mark = '\udc00';
const isMarked = (value: unknown): value is string => typeof value === 'string' && value.startsWith(mark);
const sourceOf = (marked: string): string => marked.slice(mark.length);

/** Pieces that are joined at once: one text of a million pieces would need many times its own memory. */
const mostPieces = 4096;

function withMarks(text: string, inexact: readonly number[]): string {
  const joined: string[] = [];
  let pieces: string[] = [];
  let last = 0;
  for (let i = 0; i < inexact.length; i += 2) {
    const [from = 0, to = 0] = [inexact[i], inexact[i + 1]];
    pieces.push(text.slice(last, from), String.raw`"\udc00`, text.slice(from, to), '"');
    last = to;
    if (pieces.length >= mostPieces) {
      joined.push(pieces.join(''));
      pieces = [];
    }
  }
  return [...joined, ...pieces, text.slice(last)].join('');
}

/** A value whose inexact numbers are marked: for `asWritten` and `asDoubles`, and nobody else. */
export function parseMarked(text: string, { inexact }: Pick<Outline, 'inexact'> = outlineOf(text)): unknown {
  return JSON.parse(inexact.length === 0 ? text : withMarks(text, inexact));
}

/** What was marked, in the place of its marks. */
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
    if (replaced !== item) define(value, key, replaced);
  }
  return value;
}

/** Not by assignment, which would take a key `__proto__` for the prototype. */
function define(holder: object, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true });
}

/** With its numbers as they were written. Changes the value that it is given. */
export const asWritten = (value: unknown): unknown => replaceMarks(value, rawJSON);

/** With its numbers as JavaScript has them. Changes the value that it is given. */
export const asDoubles = (value: unknown): unknown => replaceMarks(value, Number);

/** `JSON.parse` for what is stored and answered again. */
export const parseExactly = (text: string): unknown => asWritten(parseMarked(text));
