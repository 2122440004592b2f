import { isWrittenNumber } from './exact.ts';

/**
 * A canonical text of a value: sorted keys, no white space, `null` for a missing value. Numbers are compared as they
 * were written.
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

/** Whether two values are the same JSON. A missing value is the same as `null`. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}

type Fields<F extends string> = Readonly<Partial<Record<F, unknown>>>;

/** Names of the fields in which two versions of an object differ, in the order given. */
export function changedFields<F extends string>(fields: readonly F[], before: Fields<F>, after: Fields<F>): F[] {
  return fields.filter((field) => !sameJson(before[field], after[field]));
}

/** Fields before and after a change; `null` for a missing value. */
export type Changes = Readonly<Record<string, readonly [before: unknown, after: unknown]>>;

/** Before and after of each field that differs. */
export function changesBetween<F extends string>(
  fields: readonly F[],
  before: Fields<F> | undefined,
  after: Fields<F> | undefined,
): Changes {
  const [old, fresh] = [before ?? {}, after ?? {}] as [Fields<F>, Fields<F>];
  const changed = changedFields(fields, old, fresh);
  return Object.fromEntries(changed.map((field) => [field, [old[field] ?? null, fresh[field] ?? null] as const]));
}
