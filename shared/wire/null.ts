import * as z from 'zod';

/** What `null` means in a body: where something is made the same as absent, where it is changed a return to the default. */

/** A field of a body that makes something or replaces it whole; the document says so of fields that may be absent. */
export const absentIfNull = <T extends z.ZodType>(field: T) => {
  const read = z.preprocess((value) => value ?? undefined, field);
  return field._zod.optin === 'optional' ? read.meta({ nullable: true }) : read;
};

type Shape = Readonly<Record<string, z.ZodType>>;
type Made<S extends Shape> = { [K in keyof S]: ReturnType<typeof absentIfNull<S[K]>> };

/** Fields of a body that makes something or replaces it whole. */
export const whenMade = <S extends Shape>(fields: S): Made<S> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, absentIfNull(field)])) as Made<S>;

/** A field of a partial update that has a default: `null` returns it to that. */
export const orDefault = <T extends z.ZodType, E>(field: T, value: E) =>
  field.nullable().transform((given) => (given as z.output<T> | null) ?? value);

type Changed<S extends Shape, E> = {
  [K in keyof S]: z.ZodOptional<K extends keyof E ? ReturnType<typeof orDefault<S[K], E[K]>> : S[K]>;
};

/**
 * Fields of a partial update: absent stays as it is.
 *
 * @param empty the defaults, to which `null` returns a field; one without cannot be cleared
 */
export const whenChanged = <S extends Shape, E extends { readonly [K in keyof S]?: unknown }>(fields: S, empty: E) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      (Object.hasOwn(empty, name) ? orDefault(field, empty[name as keyof S]) : field).optional(),
    ]),
  ) as Changed<S, E>;
