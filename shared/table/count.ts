import type { Partition } from './key.ts';
import { type Expression, optional, type Table } from './table.ts';

/**
 * The number of rows in a partition, or of those that match the filter; read consistently, without returning the rows.
 */
export async function countRows(table: Table, of: Partition, filter?: Expression): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const page = await table.query(of, { count: true, ...optional('filter', filter), ...optional('after', after) });
    count += page.matched;
    after = page.next;
  } while (after !== undefined);
  return count;
}
