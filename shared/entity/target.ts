import { entityKeys, type Key } from '../table/keys.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Fields, Values } from './fields.ts';
import type { Filters, Kind, Letters } from './kind.ts';

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

/** A target, or which one by the values of the entity that refers to it. */
type To<T extends Target> = T | ((values: Values<Fields>) => T);

export type Reference =
  | { readonly to: To<HeldTarget>; readonly onDelete: 'restrict' }
  | { readonly to: To<Target>; readonly onDelete: 'null' | 'cascade' | 'keep' };

/** Entities of a kind as what references name. */
export const targetOf = <H extends boolean>(kind: Held<H>) =>
  ({
    kind: kind.name,
    key: (tenant: TenantReference, id: string) => entityKeys.thin(tenant, kind.name, id),
    plain: kind,
    held: kind.held === true,
  }) as H extends true ? HeldTarget : Target;

type Held<H extends boolean> = Kind<Fields, Letters, boolean, Filters, H>;

/** The one that a reference of these values names. */
export function resolved({ to }: Reference, values: Values<Fields>): Target {
  return typeof to === 'function' ? to(values) : to;
}
