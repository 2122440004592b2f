import type { Tenant } from '../tenancy/tenant.ts';
import { printInstant } from '../wire/schema.ts';
import type { Field, Fields, Values } from './fields.ts';
import type { Computed, Entity, Kind } from './kind.ts';

/** Entities as answers show them. */

type ShownNames<F extends Fields> = { [N in keyof F]: F[N]['shown'] extends Field['given'] ? N : never }[keyof F];

type Own<K extends Kind> = K['letters'] extends 'camelCase'
  ? { id: string; tenantId: string; createdAt: string } & Counted<K, { updatedAt: string; version: number }>
  : { id: string; created_at: string } & Counted<K, { updated_at: string; version: number }>;

type Counted<K extends Kind, C> = true extends K['immutable'] ? unknown : C;

type Writable<V> = V extends readonly (infer I)[] ? I[] : V;

/** An entity as answers show it: its own fields, and those that the server adds to every entity. */
export type ShownEntity<K extends Kind> = StoredEntity<K> & ComputedOf<K>;

/** The same without computed fields. */
type StoredEntity<K extends Kind> = Own<K> & {
  [N in ShownNames<K['fields']>]: Writable<Values<K['fields']>[N]>;
};

type ComputedOf<K extends Kind> = K extends { readonly computed?: Computed<infer C> } ? C : unknown;

/** One entity as an answer shows it. */
export async function showOne<K extends Kind>(
  kind: K,
  tenant: Tenant,
  entity: Entity<K['fields']>,
): Promise<ShownEntity<K>> {
  const [shown] = await showEach(kind, tenant, [entity], true);
  return shown!;
}

/** Entities as answers show them, in their order. */
export async function showEach<K extends Kind>(
  kind: K,
  tenant: Tenant,
  entities: readonly Entity<K['fields']>[],
  alone = false,
): Promise<ShownEntity<K>[]> {
  const computed = entities.length > 0 ? await kind.computed?.of(tenant, entities, alone) : undefined;
  return entities.map((entity, i) => ({ ...showEntity(kind, tenant, entity), ...computed?.[i] }) as ShownEntity<K>);
}

function showEntity<K extends Kind>(kind: K, tenant: Tenant, entity: Entity<K['fields']>): StoredEntity<K> {
  const { id, version } = entity;
  const [createdAt, updatedAt] = [printInstant(entity.createdAt), printInstant(entity.updatedAt)];
  const shown = Object.keys(kind.fields).filter((name) => kind.fields[name]?.shown);
  const fields = Object.fromEntries(shown.map((name) => [name, entity.values[name]]));
  const all =
    kind.letters === 'camelCase'
      ? { id, tenantId: tenant.id, ...fields, createdAt, ...(kind.immutable ? {} : { updatedAt, version }) }
      : { id, ...fields, created_at: createdAt, ...(kind.immutable ? {} : { updated_at: updatedAt, version }) };
  return all as unknown as StoredEntity<K>;
}
