import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { encodeItem, type Item } from './attributes.ts';
import type { Key } from './key.ts';
import { call } from './operations.ts';
import { type Expression, optional, type Row, rowOf, type Table } from './table.ts';

/** Scans of whole tables: for the operator, never for a request. */

/** Every row of one tenant. */
export async function scanTenant<R = Row>(table: Table, tenant: TenantReference): Promise<R[]> {
  const filter = { expression: 'begins_with(pk, :tenant)', values: { ':tenant': tenant } };
  const rows: R[] = [];
  for await (const page of scan<R>(table, filter)) rows.push(...page);
  return rows;
}

/** Rows whose partition keys have a prefix, page by page. */
export function scanPrefix<R>(table: Table, prefix: string): AsyncGenerator<R[]> {
  return scan<R>(table, { expression: 'begins_with(pk, :prefix)', values: { ':prefix': prefix } });
}

/**
 * Keys of all rows of one tenant, page by page: of the partitions that begin with the tenant, and of the rows under the
 * platform's own reference that are about the tenant, such as entries of the registers and one-time tokens.
 */
export function scanTenantKeys(table: Table, tenant: TenantReference): AsyncGenerator<Key[]> {
  const own = 'begins_with(pk, :tenant)';
  const about = 'begins_with(pk, :platform) AND (sk = :tenant OR #tenant = :tenant OR #reference = :tenant)';
  const filter = {
    expression: `${own} OR (${about})`,
    names: { '#tenant': 'tenant', '#reference': 'reference' },
    values: { ':tenant': tenant, ':platform': platformReference },
  };
  return scan<Key>(table, filter, 'pk, sk');
}

/**
 * Keys of the rows whose partition keys end in a text and that were written from one instant to another, in
 * milliseconds since 1970, page by page.
 */
export function scanEnding(table: Table, end: string, from: number, to: number): AsyncGenerator<Key[]> {
  const filter = {
    expression: 'contains(pk, :end) AND #at >= :from AND #at <= :to',
    names: { '#at': 'occurredAt' },
    values: { ':end': end, ':from': from, ':to': to },
  };
  return scan<Key>(table, filter, 'pk, sk');
}

async function* scan<R>(table: Table, filter: Expression, attributes?: string): AsyncGenerator<R[]> {
  let start: Item | undefined;
  do {
    const answer = await call('Scan', {
      TableName: table.name,
      ConsistentRead: true,
      FilterExpression: filter.expression,
      ExpressionAttributeValues: encodeItem(filter.values ?? {}),
      ...optional('ExpressionAttributeNames', filter.names),
      ...optional('ProjectionExpression', attributes),
      ...optional('ExclusiveStartKey', start),
    });
    yield (answer.Items ?? []).map(rowOf<R>);
    start = answer.LastEvaluatedKey;
  } while (start);
}
