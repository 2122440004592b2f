import type * as z from 'zod';
import { definitionOf, unwrapped } from '../../shared/http/introspection.ts';

/** The fields of an object schema, each with its schema; those of its items or cases, for a list or a union. */
export function fieldsOf(schema: z.ZodType): ReadonlyMap<string, z.ZodType> {
  const { shape, element, options = [] } = definitionOf(unwrapped(schema));
  const inner = [...(element ? [element] : []), ...options];
  return new Map(shape ? Object.entries(shape) : inner.flatMap((one) => [...fieldsOf(one)]));
}

export const isReadOnly = (schema: z.ZodType): boolean =>
  [schema, unwrapped(schema)].some((one) => one.meta()?.readOnly === true);

export const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;
