import { encodeItem, type Item } from './attributes.ts';
import type { IndexPartition } from './keys.ts';
import { call } from './operations.ts';
import { optional, type Row, rowOf, type Table } from './table.ts';

/** Every entry of an index partition between two sort keys, both included. Indexes are eventually consistent. */
export async function queryRange<R = Row>(table: Table, of: IndexPartition, from: string, to: string): Promise<R[]> {
  const rows: R[] = [];
  let start: Item | undefined;
  do {
    const answer = await call('Query', {
      TableName: table.name,
      IndexName: of.index,
      KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#p': of.partitionAttribute, '#s': of.sortAttribute },
      ExpressionAttributeValues: encodeItem({ ':p': of.value, ':from': from, ':to': to }),
      ...optional('ExclusiveStartKey', start),
    });
    rows.push(...(answer.Items ?? []).map(rowOf<R>));
    start = answer.LastEvaluatedKey;
  } while (start);
  return rows;
}
