import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashedAll, key, partition } from '../key.ts';

/** Plain entities, in the Main table. Kinds and paths of fields are our own words; ids may hold any characters. */
export const entityKeys = {
  /**
   * The thin row of an entity, for lists and counts; a write that refers to the entity requires that this row exists.
   */
  thin: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#thin#${kind}`, id),
  thins: (tenant: TenantReference, kind: string) => partition(`${tenant}#thin#${kind}`),
  /** The whole entity. */
  body: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#entity#${kind}#${id}`, 'body'),
  /** The guard of values that are unique among the entities of a kind; the values may be any text. */
  unique: (tenant: TenantReference, kind: string, field: string, ...values: readonly string[]) =>
    key(`${tenant}#unique#${kind}#${field}`, hashedAll(values)),
  /** A reference to an entity; both may be of any kind. `referrer` names a kind and a field, and ends in an id. */
  reference: (tenant: TenantReference, kind: string, id: string, referrer: string) =>
    key(`${tenant}#references#${kind}#${id}`, `by#${referrer}`),
  references: (tenant: TenantReference, kind: string, id: string) => partition(`${tenant}#references#${kind}#${id}`),
  /** Counts the references that prevent the deletion of an entity. */
  holds: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#references#${kind}#${id}`, 'holds'),
};
