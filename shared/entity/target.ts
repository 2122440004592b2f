import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fields } from './fields.ts';
import type { Filters, Kind, Letters } from './kind.ts';
import { valuesAt } from './path.ts';

/** The targets of references. */
export interface Target {
  /** The name of its kind. It must never change, because it is part of keys. */
  readonly kind: string;
  /** The key of a row that exists exactly as long as the entity. */
  key(tenant: TenantReference, id: string): Key;
  /** Its declaration, if it is a plain kind. */
  readonly plain?: Kind;
  /** Whether an entity with this row may be named; absent: all may. `keep` references check it. */
  fits?(row: object): boolean;
  /** Whether `restrict` references may prevent its deletion. */
  readonly held?: boolean;
}

export interface HeldTarget extends Target {
  readonly held: true;
}

/**
 * What happens to a reference when the entity that it names is deleted. It is part of a key, so it must never change.
 *
 * - `restrict`: the deletion is refused with `IN_USE`. If the entity is deleted together with its owner, which is not
 *   refused, the referring entity is deleted too, within minutes.
 * - `null`: the reference becomes null, or is removed from its list, within minutes.
 * - `cascade`: the referring entity is deleted too, within minutes. The field must be `fixed`, or settled from fields
 *   that are.
 * - `keep`: nothing. The entity must exist when the id is set, and may be gone later.
 */
export type OnDelete = 'restrict' | 'null' | 'cascade' | 'keep';

/** A field that names entities of one kind. */
export type ReferenceTo =
  | { readonly to: HeldTarget; readonly onDelete: 'restrict' }
  | { readonly to: Target; readonly onDelete: 'null' | 'cascade' | 'keep' };

/** A reference, or a field whose kind depends on another field: `scopeId` on `scopeType`, for example. */
export type Reference = ReferenceTo | { readonly by: string; readonly cases: Readonly<Record<string, ReferenceTo>> };

/** All cases of a reference. */
export const casesOf = (reference: Reference): readonly ReferenceTo[] =>
  'cases' in reference ? Object.values(reference.cases) : [reference];

/** The case that applies to these values; undefined when it names nothing. */
export function caseOf(reference: Reference, values: object): ReferenceTo | undefined {
  if (!('cases' in reference)) return reference;
  const [discriminator] = valuesAt(values, reference.by);
  return discriminator && reference.cases[String(discriminator.value)];
}

/** Entities of a kind as targets of references. */
export const targetOf = <H extends boolean>(kind: Held<H>) =>
  ({
    kind: kind.name,
    key: (tenant: TenantReference, id: string) => entityKeys.thin(tenant, kind.name, id),
    plain: kind,
    held: kind.held === true,
  }) as H extends true ? HeldTarget : Target;

type Held<H extends boolean> = Kind<Fields, Letters, boolean, Filters, H>;
