import * as z from 'zod';
import { sameJson } from '../json/equality.ts';
import { absentIfNull, orDefault } from '../wire/null.ts';
import { instant, readOnly, strictObject } from '../wire/schema.ts';
import type { Field, Fields } from './fields.ts';
import type { Kind, Letters } from './kind.ts';

/** The schemas that follow from the fields of a kind: for bodies that create and change, and for answers. */

type ReadOnly = ReturnType<typeof readOnly>;
type Required = { readonly presence: 'required' };
type Optional = { readonly presence: 'optional' };

type Made<S extends z.ZodType> = ReturnType<typeof absentIfNull<S>>;
type Cleared<S extends z.ZodType, E> = ReturnType<typeof orDefault<S, E>>;

type Draft<F extends Fields> = {
  [N in keyof F]: F[N]['setBy'] extends 'server'
    ? ReadOnly
    : Made<F[N] extends Required ? F[N]['given'] : z.ZodOptional<F[N]['given']>>;
};

type Patch<F extends Fields> = {
  [N in keyof F]: F[N]['setBy'] extends 'anytime'
    ? F[N] extends Required
      ? z.ZodOptional<F[N]['given']>
      : z.ZodOptional<Cleared<F[N]['given'], F[N] extends Optional ? null : z.output<F[N]['given']>>>
    : ReadOnly;
};

type ShownField<T extends Field> =
  T extends Field<z.ZodType, infer S extends z.ZodType, infer P>
    ? P extends 'optional'
      ? z.ZodNullable<S>
      : S
    : never;

type Shown<F extends Fields> = {
  [N in keyof F as F[N]['shown'] extends z.ZodType ? N : never]: ShownField<F[N]>;
};

type Uuid = ReturnType<typeof z.uuid>;
type Instant = ReturnType<typeof instant>;

/** The fields that the server adds to every entity of a kind. */
type Own<L extends Letters, I extends boolean> = L extends 'camelCase'
  ? { id: Uuid; tenantId: Uuid; createdAt: Instant } & (I extends true
      ? unknown
      : { updatedAt: Instant; version: z.ZodInt })
  : { id: Uuid; created_at: Instant } & (I extends true ? unknown : { updated_at: Instant; version: z.ZodInt });

const exampleInstant = '2026-03-17T10:00:00Z';

/** The same fields as schemas with examples: those before the kind's own fields, and those after. */
function ownOf({ letters, immutable }: Pick<Kind, 'letters' | 'immutable'>) {
  const camel = letters === 'camelCase';
  const id = ['id', z.uuid(), '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11'] as const;
  const tenantId = ['tenantId', z.uuid(), '7b1e3c1a-6f0e-4b8e-9a51-3f2d6c0e8b11'] as const;
  const createdAt = [camel ? 'createdAt' : 'created_at', instant(), exampleInstant] as const;
  const updatedAt = [camel ? 'updatedAt' : 'updated_at', instant(), exampleInstant] as const;
  const version = ['version', z.int(), 1] as const;
  return {
    first: camel ? [id, tenantId] : [id],
    last: immutable ? [createdAt] : [createdAt, updatedAt, version],
  };
}

const draftOf = ({ given, presence, setBy }: Field): z.ZodType =>
  setBy === 'server' ? readOnly() : absentIfNull(presence === 'required' ? given : given.optional());

const patchOf = ({ given, presence, setBy, empty }: Field): z.ZodType =>
  setBy !== 'anytime' ? readOnly() : (presence === 'required' ? given : orDefault(given, empty)).optional();

const shownOf = ({ shown, presence }: Field): z.ZodType | undefined =>
  presence === 'optional' ? shown?.nullable() : shown;

const mapped = (fields: Fields, schema: (field: Field) => z.ZodType | undefined): Record<string, z.ZodType> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const made = schema(field);
      return made ? [[name, made]] : [];
    }),
  );

/**
 * Bodies that create and change entities of a kind, and the entity as answers show it.
 *
 * @param id name of the answer's component; those of the bodies end in `Draft` and `Patch`
 * @param example what an answer shows, without the fields that the server adds to every entity
 * @param computed fields that endpoints add to the stored ones
 */
export function schemasOf<
  F extends Fields,
  L extends Letters,
  I extends boolean,
  const C extends Readonly<Record<string, z.ZodType>> = Record<never, never>,
>(
  id: string,
  kind: Pick<Kind<F, L, I>, 'fields' | 'letters' | 'immutable' | 'unique'>,
  example: z.input<z.ZodObject<Shown<F> & C>>,
  computed: C = {} as C,
) {
  const { first, last } = ownOf(kind);
  const own = [...first, ...last].map(([name]) => name);
  const ignored = Object.fromEntries([...own, ...Object.keys(computed)].map((name) => [name, readOnly()]));
  const shape = (part: typeof first | typeof last) => Object.fromEntries(part.map(([name, schema]) => [name, schema]));
  const samples = (part: typeof first | typeof last) =>
    Object.fromEntries(part.map(([name, , sample]) => [name, sample]));
  const body = givenIn(kind.fields, example);
  // The unique value of the example may be taken: by an entity that was created with the example.
  const changeable = Object.entries(body).filter(([name]) => !(name in (kind.unique ?? {})));
  return {
    Draft: strictObject({ ...mapped(kind.fields, draftOf), ...ignored }).meta({
      id: `${id}Draft`,
      example: body,
    }) as unknown as z.ZodObject<Draft<F>, z.core.$strict>,
    Patch: strictObject({ ...mapped(kind.fields, patchOf), ...ignored }).meta({
      id: `${id}Patch`,
      example: Object.fromEntries(changeable.slice(0, 1)),
    }) as unknown as z.ZodObject<Patch<F>, z.core.$strict>,
    Shown: z.object({ ...shape(first), ...mapped(kind.fields, shownOf), ...computed, ...shape(last) }).meta({
      id,
      example: { ...samples(first), ...example, ...samples(last) },
    }) as unknown as z.ZodObject<Own<L, I> & Shown<F> & C>,
  };
}

/** The part of an example that a body would contain: the fields that are not empty. */
function givenIn(fields: Fields, example: object): Record<string, unknown> {
  const given = Object.entries(example).filter(
    ([name, value]) => fields[name] && fields[name].setBy !== 'server' && !sameJson(value, fields[name].empty),
  );
  return Object.fromEntries(given.map(([name, value]) => [name, withoutNulls(value)]));
}

/** Responses show empty parts as null; bodies omit them. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}
