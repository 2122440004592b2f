import type * as z from 'zod';

/** What a schema says of itself, as far as requests are held to it before the schema reads them. */

/** The parts of a schema's definition that this looks at. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  /** What an object makes of names that are not in its shape. */
  readonly catchall?: z.ZodType;
}

export const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schema behind `optional`, `nullable`, `default`, transformations. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  const { type, innerType, in: from, out } = definitionOf(schema);
  if (type === 'pipe' && from && out) return unwrapped(definitionOf(from).type === 'transform' ? out : from);
  return innerType ? unwrapped(innerType) : schema;
}

/** How many items a list may have at most. */
export function mostItemsIn(list: z.ZodType): number {
  const checks = list._zod.def.checks ?? [];
  const limits = checks.map(
    ({ _zod }) => _zod.def as { readonly check: string; readonly maximum?: number; readonly length?: number },
  );
  return Math.min(...limits.map(({ maximum, length }) => maximum ?? length ?? Number.POSITIVE_INFINITY));
}
