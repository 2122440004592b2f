import type * as z from 'zod';
import { asDoubles } from '../json/exact.ts';
import { isFree } from '../wire/free-object.ts';
import { definitionOf, unwrapped } from './introspection.ts';

/**
 * Makes numbers of those that a body has marked, but for the free objects of its schema, which keep them as they were
 * written. What a strict object does not know is left as it is: it is refused. Changes the body that it is given.
 */
export function withNumbers(schema: z.ZodType, value: unknown): unknown {
  const inner = unwrapped(schema);
  if (isFree(inner)) return value;
  const { type, shape, element, catchall } = definitionOf(inner);
  if (type === 'array' && element && Array.isArray(value)) {
    for (const [i, item] of value.entries()) value[i] = withNumbers(element, item);
    return value;
  }
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
