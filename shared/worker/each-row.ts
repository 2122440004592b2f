import { type Key, keyOf, type Partition } from '../table/key.ts';
import { optional, type Page, type QueryOptions, type Table } from '../table/table.ts';
import { concurrently } from './concurrently.ts';

/**
 * Calls `act` for each row of a partition, page after page and several at once, and starts none after `until`. It is
 * for acts after which a row is not found again, so that a retry continues with the rest.
 *
 * @param until milliseconds since 1970
 * @returns whether it came to the end of the partition
 */
export async function eachRow<R>(
  table: Table,
  of: Partition,
  act: (row: R) => Promise<void>,
  until: number,
  options: QueryOptions = {},
): Promise<boolean> {
  let after: string | undefined;
  do {
    const page: Page<R> = await table.query<R>(of, { ...options, ...optional('after', after) });
    if ((await concurrently(page.rows, act, until)) > 0) return false;
    after = page.next;
  } while (after !== undefined);
  return true;
}

/** Deletes the rows of a partition, to which nobody adds any more. The parameters and the result are those of `eachRow`. */
export const emptied = async (table: Table, of: Partition, until: number): Promise<boolean> =>
  await eachRow<Key>(table, of, (row) => table.delete(keyOf(row)), until);
