import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { documentClient } from './client.ts';
import { type IndexPartition, type Key, keyOf } from './keys.ts';
import { optional, type Row, type Table } from './table.ts';

interface KeyPage {
  readonly keys: readonly Key[];
  /** For `start` of the next page; undefined at the end. */
  readonly next: Row | undefined;
}

/** Keys of the rows whose entries stand at `to` or before it, lowest first. Indexes are eventually consistent. */
export async function keysUpTo(
  table: Table,
  of: IndexPartition,
  to: number,
  page: { readonly size: number; readonly start: Row | undefined },
): Promise<KeyPage> {
  const input: QueryCommandInput = {
    TableName: table.name,
    IndexName: of.index,
    KeyConditionExpression: '#p = :p AND #s <= :to',
    ExpressionAttributeNames: { '#p': of.partitionAttribute, '#s': of.sortAttribute },
    ExpressionAttributeValues: { ':p': of.value, ':to': to },
    Limit: page.size,
    ...optional('ExclusiveStartKey', page.start),
  };
  const answer = await documentClient().send(new QueryCommand(input));
  const rows = (answer.Items ?? []) as { pk: string; sk: string }[];
  return { keys: rows.map(keyOf), next: answer.LastEvaluatedKey };
}
