import * as z from 'zod';
import { givenId } from '../wire/id.ts';
import type { Target } from './target.ts';

/** Fields of entities: their schemas in bodies and in answers, and the value if none is given. */

type Presence = 'required' | 'optional' | 'defaulted';
/** `anytime`: any body may set it. `once`: only the body that creates. `server`: only our code. */
type SetBy = 'anytime' | 'once' | 'server';

export interface Field<
  G extends z.ZodType = z.ZodType,
  S extends z.ZodType | undefined = z.ZodType | undefined,
  P extends Presence = Presence,
  B extends SetBy = SetBy,
> {
  /** The schema in bodies. */
  readonly given: G;
  /** The schema in answers. A rule that becomes stricter applies to new input only, never to stored values. */
  readonly shown: S;
  readonly presence: P;
  /** The value if none is given, and after a reset by `null`. */
  readonly empty: unknown;
  readonly setBy: B;
}

export type Fields = Readonly<Record<string, Field>>;

/**
 * The id of another entity in a body, in any letter case. `references` define what happens when that entity is deleted.
 */
export const idOf = ({ kind }: Pick<Target, 'kind'>) => givenId().meta({ names: kind });

/** The id of another entity in a response. */
export const shownId = () => z.string().meta({ format: 'uuid' });

/** A field that every new entity must have. */
export const required = <G extends z.ZodType, S extends z.ZodType>(
  given: G,
  shown: S,
): Field<G, S, 'required', 'anytime'> => ({ given, shown, presence: 'required', empty: undefined, setBy: 'anytime' });

/** A field that may be empty, which is `null`. */
export const optional = <G extends z.ZodType, S extends z.ZodType>(
  given: G,
  shown: S,
): Field<G, S, 'optional', 'anytime'> => ({ given, shown, presence: 'optional', empty: null, setBy: 'anytime' });

/** A field with a default. */
export const defaulted = <G extends z.ZodType, S extends z.ZodType>(
  given: G,
  shown: S,
  empty: z.output<G>,
): Field<G, S, 'defaulted', 'anytime'> => ({ given, shown, presence: 'defaulted', empty, setBy: 'anytime' });

/** Makes a field immutable after the creation. */
export const fixed = <G extends z.ZodType, S extends z.ZodType | undefined, P extends Presence>(
  field: Field<G, S, P>,
): Field<G, S, P, 'once'> => ({ ...field, setBy: 'once' });

/** Makes a field one that only our code sets. Bodies may contain it, because clients send back what they have read. */
export const serverSet = <G extends z.ZodType, S extends z.ZodType | undefined, P extends Presence>(
  field: Field<G, S, P>,
): Field<G, S, P, 'server'> => ({ ...field, setBy: 'server' });

/** Makes a field one that no answer and no audit entry shows. */
export const hidden = <G extends z.ZodType, P extends Presence, B extends SetBy>(
  field: Field<G, z.ZodType, P, B>,
): Field<G, undefined, P, B> => ({ ...field, shown: undefined });

type Value<T extends Field> =
  T extends Field<infer G, z.ZodType | undefined, infer P>
    ? z.output<G> | (P extends 'optional' ? null : never)
    : never;

/** The stored values of an entity: each of its fields has one. */
export type Values<F extends Fields> = { readonly [N in keyof F]: Value<F[N]> };

type NamesOf<F extends Fields, P extends Presence, B extends SetBy> = {
  [N in keyof F]: F[N] extends { readonly presence: P; readonly setBy: B } ? N : never;
}[keyof F];

type Settable<F extends Fields, B extends SetBy> = { readonly [N in NamesOf<F, 'required', B>]: Value<F[N]> } & {
  readonly [N in NamesOf<F, 'optional' | 'defaulted', B>]?: Value<F[N]> | undefined;
};

/** The values that must or may be given for a new entity, including those that only our code sets. */
export type Given<F extends Fields> = Settable<F, SetBy>;

/** The values that must or may be given to replace all fields that bodies may change. */
export type Replacement<F extends Fields> = Settable<F, 'anytime'>;

/** The values that may be given for an existing entity, including those that only our code sets. */
export type Change<F extends Fields> = {
  readonly [N in NamesOf<F, Presence, 'anytime' | 'server'>]?: Value<F[N]> | undefined;
};

/** The values of a new entity: those that are given, and defaults for the others. */
export function initialValues<F extends Fields>(fields: F, given: Given<F>): Values<F> {
  const byName = given as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields).map(([name, { empty }]) => [name, byName[name] ?? empty]),
  ) as Values<F>;
}

/** The values after the given ones are merged in. */
export function merged<F extends Fields>(fields: F, values: Values<F>, given: Change<F>): Values<F> {
  const byName = given as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).filter((name) => fields[name]?.setBy !== 'once' && byName[name] !== undefined);
  return { ...values, ...Object.fromEntries(names.map((name) => [name, byName[name]])) };
}

/** The values after a replacement. Fields that bodies may not change are kept. */
export function replaced<F extends Fields>(fields: F, values: Values<F>, given: Replacement<F>): Values<F> {
  const kept = Object.keys(fields).filter((name) => fields[name]?.setBy !== 'anytime');
  return {
    ...initialValues(fields, given as unknown as Given<F>),
    ...Object.fromEntries(kept.map((name) => [name, values[name]])),
  };
}
