import * as z from 'zod';

/**
 * The meaning of `null` in a body: when something is created, `null` is the same as absent; when it is changed, `null`
 * resets the field to its default.
 */

/**
 * A field of a body that creates something or replaces it as a whole. In the document it is nullable if it may be
 * absent.
 */
export const absentIfNull = <T extends z.ZodType>(field: T) => {
  const read = z.preprocess((value) => value ?? undefined, field);
  return field._zod.optin !== undefined ? read.meta({ nullable: true }) : read;
};

/** The fields of a body. */
export type Shape = Readonly<Record<string, z.ZodType>>;
type Made<S extends Shape> = { [K in keyof S]: ReturnType<typeof absentIfNull<S[K]>> };

/** Fields of a body that creates something or replaces it as a whole. */
export const whenMade = <S extends Shape>(fields: S): Made<S> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, absentIfNull(field)])) as Made<S>;

/** A field of a partial update that has a default, to which `null` resets it. */
export const orDefault = <T extends z.ZodType, E>(field: T, value: E) =>
  field.nullable().transform((given) => (given as z.output<T> | null) ?? value);

type Changed<S extends Shape, E> = {
  [K in keyof S]: z.ZodOptional<K extends keyof E ? ReturnType<typeof orDefault<S[K], E[K]>> : S[K]>;
};

/**
 * Fields of a partial update. An absent field stays as it is.
 *
 * @param empty the defaults, to which `null` resets a field; a field without a default cannot be cleared
 */
export const whenChanged = <S extends Shape, E extends { readonly [K in keyof S]?: unknown }>(fields: S, empty: E) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      (Object.hasOwn(empty, name) ? orDefault(field, empty[name as keyof S]) : field).optional(),
    ]),
  ) as Changed<S, E>;
