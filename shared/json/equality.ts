import { isWrittenNumber } from './exact.ts';

/**
 * One text for all spellings of a value: keys in order, no white space, `null` for what has no value. Numbers count as
 * they were written.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value ?? null));
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isWrittenNumber(value)) return value;
  if (ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, ordered(item)]));
}

/** Whether two values are the same JSON. What has no value is the same as `null`. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

/** Names of the fields in which two versions of an object differ, in the order given. */
export function changedFields<F extends string>(
  fields: readonly F[],
  before: Readonly<Partial<Record<F, unknown>>>,
  after: Readonly<Partial<Record<F, unknown>>>,
): F[] {
  return fields.filter((field) => !sameJson(before[field], after[field]));
}
