import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashedAll, key, partition } from '../key.ts';

/** Plain entities, in the Main table. A kind and the path of a field are words of the product's; ids may hold any characters. */
export const entityKeys = {
  /** Thin row of an entity, for lists and counts; who refers to the entity holds to it. */
  thin: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#thin#${kind}`, id),
  thins: (tenant: TenantReference, kind: string) => partition(`${tenant}#thin#${kind}`),
  /** The whole entity. */
  body: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#entity#${kind}#${id}`, 'body'),
  /** Guard of values that no two entities of a kind have; they may be any text. */
  unique: (tenant: TenantReference, kind: string, field: string, ...values: readonly string[]) =>
    key(`${tenant}#unique#${kind}#${field}`, hashedAll(values)),
  /** What refers to one entity, whatever kind either is of; `referrer` is of one kind and field, and ends in an id. */
  reference: (tenant: TenantReference, kind: string, id: string, referrer: string) =>
    key(`${tenant}#references#${kind}#${id}`, `by#${referrer}`),
  references: (tenant: TenantReference, kind: string, id: string) => partition(`${tenant}#references#${kind}#${id}`),
  /** Counts what holds one entity back from its end. */
  holds: (tenant: TenantReference, kind: string, id: string) => key(`${tenant}#references#${kind}#${id}`, 'holds'),
};
