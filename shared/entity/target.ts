import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fields } from './fields.ts';
import type { Filters, Kind, Letters } from './kind.ts';
import { valuesAt } from './path.ts';

/** What references may name. */
export interface Target {
  /** The name of its kind: in keys for good. */
  readonly kind: string;
  /** The key of a row that is there for exactly as long as the entity. */
  key(tenant: TenantReference, id: string): Key;
  /** Its declaration, where it is a plain one. */
  readonly plain?: Kind;
  /** Whether others may hold it back from its end. */
  readonly held?: boolean;
}

export interface HeldTarget extends Target {
  readonly held: true;
}

/**
 * What becomes of a reference when what it names is deleted. It is part of a key, so it is for good.
 *
 * - `restrict`: it is not deleted, but `IN_USE`.
 * - `null`: the reference becomes null, or leaves its list; within minutes.
 * - `cascade`: who refers to it is deleted too; within minutes. The field must be `fixed`.
 * - `keep`: nothing. The id must name something when it is set, and may name nothing later.
 */
export type OnDelete = 'restrict' | 'null' | 'cascade' | 'keep';

/** A field that names entities of one kind. */
export type ReferenceTo =
  | { readonly to: HeldTarget; readonly onDelete: 'restrict' }
  | { readonly to: Target; readonly onDelete: 'null' | 'cascade' | 'keep' };

/** The same, or a field whose kind another field tells: `scopeId` by `scopeType`, for example. */
export type Reference = ReferenceTo | { readonly by: string; readonly cases: Readonly<Record<string, ReferenceTo>> };

/** All that a reference may be. */
export const casesOf = (reference: Reference): readonly ReferenceTo[] =>
  'cases' in reference ? Object.values(reference.cases) : [reference];

/** What a reference is for these values; undefined where it names nothing. */
export function caseOf(reference: Reference, values: object): ReferenceTo | undefined {
  if (!('cases' in reference)) return reference;
  const [teller] = valuesAt(values, reference.by);
  return teller && reference.cases[String(teller.value)];
}

/** Entities of a kind as what references name. */
export const targetOf = <H extends boolean>(kind: Held<H>) =>
  ({
    kind: kind.name,
    key: (tenant: TenantReference, id: string) => entityKeys.thin(tenant, kind.name, id),
    plain: kind,
    held: kind.held === true,
  }) as H extends true ? HeldTarget : Target;

type Held<H extends boolean> = Kind<Fields, Letters, boolean, Filters, H>;
