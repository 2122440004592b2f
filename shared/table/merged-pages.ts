import type { Partition } from './key.ts';
import { frontierOf, readOn, type Strand, takeCertain } from './merged-page.ts';
import type { Selection } from './page.ts';
import type { Table } from './table.ts';

/** A page of rows of several partitions. */
interface MergedPage<R> {
  /** May be empty, so that a long stretch without rows can be interrupted. */
  readonly rows: readonly R[];
  /** The sort key up to which all partitions have been read. */
  readonly upTo: string;
}

interface Walk extends Pick<Selection, 'filter' | 'between'> {
  /** Only rows after this sort key. */
  readonly after: string | undefined;
  /** How many rows of each partition are examined at once; DynamoDB reads no more than 1 MB of each. */
  readonly pageSize: number;
}

/**
 * All rows of several partitions in the order of their sort keys, smallest first, page by page, whatever the size of
 * rows. At most one read of each partition is in memory. No two sort keys are the same.
 */
export async function* pagesOfPartitions<R extends { readonly sk: string }>(
  table: Table,
  partitions: readonly Partition[],
  { after, pageSize, ...selection }: Walk,
): AsyncGenerator<MergedPage<R>> {
  const strands = partitions.map((of): Strand<R> => ({ of, rows: [], after, isRead: false }));
  const ascending = { ...selection, descending: false };
  for (let dry = strands; dry.length > 0; dry = strands.filter(({ rows, isRead }) => rows.length === 0 && !isRead)) {
    await Promise.all(dry.map((strand) => readOn(table, strand, ascending, pageSize)));
    const rows = takeCertain(strands, Number.POSITIVE_INFINITY, false);
    // A partition with rows that wait for those of another one has been read beyond them.
    const unread = strands.filter((strand) => strand.rows.length === 0 && !strand.isRead);
    const upTo = frontierOf(unread, false) ?? rows.at(-1)?.sk;
    if (upTo !== undefined) yield { rows, upTo };
  }
}
