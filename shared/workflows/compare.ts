import { isWrittenNumber } from '../json/exact.ts';

/** Comparing JSON values of conditions. Types are never converted: the text "5" is not the number 5. */

type Ordered = number | bigint | string;

/** Digits of a whole number that a double cannot hold; a longer one is compared as a double. */
const longInteger = /^-?\d{16,400}$/;

const writtenOf = (number: object): string => (number as { readonly rawJSON: string }).rawJSON;

/** A value in a form that can be ordered; undefined for one that has no order. */
function orderedOf(value: unknown): Ordered | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (!isWrittenNumber(value)) return undefined;
  const written = writtenOf(value as object);
  return longInteger.test(written) ? BigInt(written) : Number(written);
}

/** Negative if a comes first, 0 if they are equal; undefined if they cannot be compared. */
export function order(a: unknown, b: unknown): number | undefined {
  const [first, second] = [orderedOf(a), orderedOf(b)];
  if (first === undefined || second === undefined) return undefined;
  if ((typeof first === 'string') !== (typeof second === 'string')) return undefined;
  return first < second ? -1 : first > second ? 1 : 0;
}

/** Whether two values are the same JSON: keys in any order, numbers by their value. */
export function equal(a: unknown, b: unknown): boolean {
  const ordered = order(a, b);
  if (ordered !== undefined) return ordered === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (isWrittenNumber(a) || isWrittenNumber(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return (
    keys.length === others.length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key as never], b[key as never]))
  );
}
