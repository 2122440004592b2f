import type * as z from 'zod';

/** The fields of an object schema, wherever it stands: as an item of an array, as a case of a union, behind a rule. */

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
}

const defOf = (schema: z.ZodType) => schema.def as unknown as Def;

/** What a schema is made of, outermost first. */
function inside(schema: z.ZodType): readonly z.ZodType[] {
  const { element, options = [], innerType, in: before, out: after } = defOf(schema);
  const made = [before, after].filter((one) => one && defOf(one).type !== 'transform');
  return [element, innerType, ...made, ...options].filter((one) => one !== undefined);
}

/** Each field with its schema. */
export function fieldsOf(schema: z.ZodType): ReadonlyMap<string, z.ZodType> {
  const { shape } = defOf(schema);
  return new Map(shape ? Object.entries(shape) : inside(schema).flatMap((one) => [...fieldsOf(one)]));
}

export const isReadOnly = (schema: z.ZodType): boolean =>
  schema.meta()?.readOnly === true || inside(schema).some(isReadOnly);

export const isRequired = (schema: z.ZodType): boolean => !schema.safeParse(undefined).success;
