import { encodeItem, type Item } from './attributes.ts';
import type { IndexPartition } from './key.ts';
import { call } from './operations.ts';
import { optional, type Row, rowOf, type Table } from './table.ts';

/** Entries of an index partition between two sort keys, both included. */
export interface KeyRange {
  readonly of: IndexPartition;
  readonly from: string;
  readonly to: string;
}

/**
 * All entries of some ranges, read in parallel; undefined if there are more than `most`, which is detected after about
 * twice as many. Indexes are eventually consistent.
 */
export async function queryRanges<R = Row>(
  table: Table,
  ranges: readonly KeyRange[],
  most: number,
): Promise<R[] | undefined> {
  const rows: R[] = [];
  const pageSize = Number.isFinite(most) ? Math.max(1, Math.ceil((2 * most) / ranges.length)) : undefined;
  const readToEnd = async (range: KeyRange) => {
    let start: Item | undefined;
    do {
      const page = await queryPage<R>(table, range, pageSize, start);
      rows.push(...page.rows);
      start = page.next;
    } while (start && rows.length <= most);
  };
  await Promise.all(ranges.map(readToEnd));
  return rows.length <= most ? rows : undefined;
}

async function queryPage<R>(table: Table, range: KeyRange, pageSize: number | undefined, start: Item | undefined) {
  const { of, from, to } = range;
  const answer = await call('Query', {
    TableName: table.name,
    IndexName: of.index,
    KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#p': of.partitionAttribute, '#s': of.sortAttribute },
    ExpressionAttributeValues: encodeItem({ ':p': of.value, ':from': from, ':to': to }),
    ...optional('Limit', pageSize),
    ...optional('ExclusiveStartKey', start),
  });
  return { rows: (answer.Items ?? []).map(rowOf<R>), next: answer.LastEvaluatedKey };
}
