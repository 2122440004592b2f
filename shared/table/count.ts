import type { Partition } from './key.ts';
import { type Expression, optional, type Table } from './table.ts';

/** How many rows a partition has, all of them or those that match; read consistently, without reading them out. */
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
