import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { documentClient } from './client.ts';
import type { IndexPartition } from './keys.ts';
import { optional, type Row, type Table } from './table.ts';

/** Every entry of an index partition between two sort keys, both included. Indexes are eventually consistent. */
export async function queryRange<R = Row>(table: Table, of: IndexPartition, from: string, to: string): Promise<R[]> {
  const rows: R[] = [];
  let start: Row | undefined;
  do {
    const input: QueryCommandInput = {
      TableName: table.name,
      IndexName: of.index,
      KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#p': of.partitionAttribute, '#s': of.sortAttribute },
      ExpressionAttributeValues: { ':p': of.value, ':from': from, ':to': to },
      ...optional('ExclusiveStartKey', start),
    };
    const answer = await documentClient().send(new QueryCommand(input));
    rows.push(...((answer.Items ?? []) as R[]));
    start = answer.LastEvaluatedKey;
  } while (start);
  return rows;
}
