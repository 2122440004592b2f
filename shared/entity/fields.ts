import * as z from 'zod';
import { givenId } from '../wire/id.ts';
import type { Target } from './target.ts';

/** Fields of entities: what a body may say of them, what answers show, and what is kept where nobody says anything. */

type Presence = 'required' | 'optional' | 'defaulted';
/** `anytime` by a body; `once`, by the body that creates; `server`, by our code alone. */
type SetBy = 'anytime' | 'once' | 'server';

export interface Field<
  G extends z.ZodType = z.ZodType,
  S extends z.ZodType | undefined = z.ZodType | undefined,
  P extends Presence = Presence,
  B extends SetBy = SetBy,
> {
  /** As a body gives it. */
  readonly given: G;
  /** As answers show it: a rule that becomes stricter holds for what comes in, never for what is there. */
  readonly shown: S;
  readonly presence: P;
  /** What it is where nobody says anything, and what `null` returns it to. */
  readonly empty: unknown;
  readonly setBy: B;
}

export type Fields = Readonly<Record<string, Field>>;

/** The id of another entity in a body, in any letter case; `references` say what becomes of it. */
export const idOf = ({ kind }: Pick<Target, 'kind'>) => givenId().meta({ names: kind });

/** The id of another entity in an answer. */
export const shownId = () => z.string().meta({ format: 'uuid' });

/** A field that every new entity must have. */
export const required = <G extends z.ZodType, S extends z.ZodType>(
  given: G,
  shown: S,
): Field<G, S, 'required', 'anytime'> => ({ given, shown, presence: 'required', empty: undefined, setBy: 'anytime' });

/** A field that may be empty: `null`. */
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

/** The same field, which stays as it was created. */
export const fixed = <G extends z.ZodType, S extends z.ZodType | undefined, P extends Presence>(
  field: Field<G, S, P>,
): Field<G, S, P, 'once'> => ({ ...field, setBy: 'once' });

/** The same field, which only our code sets; bodies may repeat it, since they may hold what was read. */
export const served = <G extends z.ZodType, S extends z.ZodType | undefined, P extends Presence>(
  field: Field<G, S, P>,
): Field<G, S, P, 'server'> => ({ ...field, setBy: 'server' });

/** The same field, which no answer and no audit entry shows. */
export const hidden = <G extends z.ZodType, P extends Presence, B extends SetBy>(
  field: Field<G, z.ZodType, P, B>,
): Field<G, undefined, P, B> => ({ ...field, shown: undefined });

type Value<T extends Field> =
  T extends Field<infer G, z.ZodType | undefined, infer P>
    ? z.output<G> | (P extends 'optional' ? null : never)
    : never;

/** What is kept of an entity: each of its fields, always. */
export type Values<F extends Fields> = { readonly [N in keyof F]: Value<F[N]> };

type NamesOf<F extends Fields, P extends Presence, B extends SetBy> = {
  [N in keyof F]: F[N] extends { readonly presence: P; readonly setBy: B } ? N : never;
}[keyof F];

type Said<F extends Fields, B extends SetBy> = { readonly [N in NamesOf<F, 'required', B>]: Value<F[N]> } & {
  readonly [N in NamesOf<F, 'optional' | 'defaulted', B>]?: Value<F[N]> | undefined;
};

/** What must and may be said of a new entity; what our own code sets is among it. */
export type Given<F extends Fields> = Said<F, SetBy>;

/** What must and may be said in place of all that bodies may change. */
export type Replacement<F extends Fields> = Said<F, 'anytime'>;

/** What may be said of one that is there; what our own code sets is among it. */
export type Change<F extends Fields> = {
  readonly [N in NamesOf<F, Presence, 'anytime' | 'server'>]?: Value<F[N]> | undefined;
};

/** A new entity's values: what was said, and what is empty. */
export function whole<F extends Fields>(fields: F, given: Given<F>): Values<F> {
  const said = given as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(fields).map(([name, { empty }]) => [name, said[name] ?? empty]),
  ) as Values<F>;
}

/** The values with what was said. */
export function merged<F extends Fields>(fields: F, values: Values<F>, given: Change<F>): Values<F> {
  const said = given as Readonly<Record<string, unknown>>;
  const names = Object.keys(fields).filter((name) => fields[name]?.setBy !== 'once' && said[name] !== undefined);
  return { ...values, ...Object.fromEntries(names.map((name) => [name, said[name]])) };
}

/** The values as what was said makes them, but for those that stay as they were created or are our own. */
export function replaced<F extends Fields>(fields: F, values: Values<F>, given: Replacement<F>): Values<F> {
  const kept = Object.keys(fields).filter((name) => fields[name]?.setBy !== 'anytime');
  return {
    ...whole(fields, given as unknown as Given<F>),
    ...Object.fromEntries(kept.map((name) => [name, values[name]])),
  };
}
