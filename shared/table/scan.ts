import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { TenantReference } from '../tenancy/tenant.ts';
import { documentClient } from './client.ts';
import { optional, type Row, type Table } from './table.ts';

/** Every row of one tenant by a scan of the whole table: for the operator, never for a request. */
export async function scanTenant<R = Row>(table: Table, tenant: TenantReference): Promise<R[]> {
  const rows: R[] = [];
  let start: Row | undefined;
  do {
    const input = {
      TableName: table.name,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :tenant)',
      ExpressionAttributeValues: { ':tenant': tenant },
      ...optional('ExclusiveStartKey', start),
    };
    const answer = await documentClient().send(new ScanCommand(input));
    rows.push(...((answer.Items ?? []) as R[]));
    start = answer.LastEvaluatedKey;
  } while (start);
  return rows;
}
