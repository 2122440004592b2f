import { encodeItem } from './attributes.ts';
import { type IndexPartition, type Key, keyOf } from './key.ts';
import { call } from './operations.ts';
import { optional, type Row, rowOf, type Table } from './table.ts';

interface KeyPage {
  readonly keys: readonly Key[];
  /** The `start` of the next page; undefined at the end. */
  readonly next: Row | undefined;
}

/** Keys of the rows whose index entries are at or before `to`, lowest first. Indexes are eventually consistent. */
export async function keysUpTo(
  table: Table,
  of: IndexPartition,
  to: number,
  page: { readonly size: number; readonly start: Row | undefined },
): Promise<KeyPage> {
  const answer = await call('Query', {
    TableName: table.name,
    IndexName: of.index,
    KeyConditionExpression: '#p = :p AND #s <= :to',
    ExpressionAttributeNames: { '#p': of.partitionAttribute, '#s': of.sortAttribute },
    ExpressionAttributeValues: encodeItem({ ':p': of.value, ':to': to }),
    Limit: page.size,
    ...optional('ExclusiveStartKey', page.start && encodeItem(page.start)),
  });
  const keys = (answer.Items ?? []).map((item) => keyOf(rowOf(item)));
  return { keys, next: answer.LastEvaluatedKey && rowOf<Row>(answer.LastEvaluatedKey) };
}
