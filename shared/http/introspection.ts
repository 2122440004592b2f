import type * as z from 'zod';

/** Reads facts from schemas for checks that run before a schema does. */

/** The parts of a schema's definition that are read here. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  /** The schema of fields that are not in its shape. */
  readonly catchall?: z.ZodType;
  /** The cases of a union, and the field that distinguishes them. */
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
}

export const definitionOf = (schema: z.ZodType): Definition => schema._zod.def as unknown as Definition;

/** The schema behind `optional`, `nullable`, `default`, transformations. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  const { type, innerType, in: from, out } = definitionOf(schema);
  if (type === 'pipe' && from && out) return unwrapped(definitionOf(from).type === 'transform' ? out : from);
  return innerType ? unwrapped(innerType) : schema;
}

/** The case of a union to which a value belongs, by the discriminator; undefined for any other schema or value. */
export function caseOf(schema: z.ZodType, value: unknown): z.ZodType | undefined {
  const { options = [], discriminator } = definitionOf(schema);
  if (discriminator === undefined || typeof value !== 'object' || value === null) return undefined;
  const named = (value as Readonly<Record<string, unknown>>)[discriminator];
  return options.find((option) => {
    const { shape } = definitionOf(unwrapped(option));
    const field = shape?.[discriminator];
    return field?.safeParse(named).success === true;
  });
}

/** The most items that a list may have. */
export function mostItemsIn(list: z.ZodType): number {
  const checks = list._zod.def.checks ?? [];
  const limits = checks.map(
    ({ _zod }) => _zod.def as { readonly check: string; readonly maximum?: number; readonly length?: number },
  );
  return Math.min(...limits.map(({ maximum, length }) => maximum ?? length ?? Number.POSITIVE_INFINITY));
}
