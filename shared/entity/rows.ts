import { parseExactly } from '../json/exact.ts';
import { notFound } from '../problems/problem.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { type Row, Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import type { Fields } from './fields.ts';
import { type Entity, type Kind, wordsOf } from './kind.ts';

/** Entities as rows: a thin one, which lists filter and count, and the body. */

const main = new Table('main');

/** Values are stored as text, because numbers in DynamoDB have a smaller range than doubles. */
export const bodyRow = ({ values, ...rest }: Entity): Row => ({ ...rest, values: JSON.stringify(values) });

export function readEntity<F extends Fields>(row: Row): Entity<F> {
  const { id, createdAt, updatedAt, version, serial, links, values } = row as unknown as Entity<F> & { values: string };
  return { id, createdAt, updatedAt, version, serial, links, values: parseExactly(values) as Entity<F>['values'] };
}

export async function findEntity<K extends Kind>(
  kind: K,
  tenant: TenantReference,
  id: string,
): Promise<Entity<K['fields']> | undefined> {
  const row = await main.get<Row>(entityKeys.body(tenant, kind.name, id));
  return row && readEntity(row);
}

/** @throws NOT_FOUND */
export async function requireEntity<K extends Kind>(kind: K, tenant: Tenant, id: string): Promise<Entity<K['fields']>> {
  const entity = await findEntity(kind, tenant.reference, id);
  if (!entity) throw notFound(wordsOf(kind));
  return entity;
}
