import type * as z from 'zod';
import { asDoubles } from '../json/exact.ts';
import { isFree } from '../wire/free-object.ts';
import { caseOf, definitionOf, unwrapped } from './introspection.ts';

/**
 * Converts the marked numbers of a body to JavaScript numbers, except in free objects of its schema, which keep numbers
 * as they were written. Unknown fields of a strict object are left alone, because they are refused later. Changes the
 * given body.
 */
export function withNumbers(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrapped(schema);
  if (isFree(inner)) return value;
  const own = caseOf(inner, value);
  if (own) return withNumbers(own, value);
  const { type, shape, element, catchall } = definitionOf(inner);
  if (type === 'array' && element && Array.isArray(value)) {
    for (const [i, item] of value.entries()) value[i] = withNumbers(element, item);
    return value;
  }
  // A list of one item may be sent as that item; see `shared/locations/given.ts`.
  if (type === 'array' && element) return withNumbers(element, value);
  if (type !== 'object' || !shape || typeof value !== 'object' || value === null) return asDoubles(value);
  const isStrict = catchall !== undefined && definitionOf(catchall).type === 'never';
  const fields = value as Record<string, unknown>;
  for (const name of isStrict ? Object.keys(shape) : Object.keys(fields)) {
    if (!Object.hasOwn(fields, name)) continue;
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const item = field ? withNumbers(field, fields[name]) : asDoubles(fields[name]);
    if (item !== fields[name]) fields[name] = item;
  }
  return value;
}
