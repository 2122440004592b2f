import type { PageRequest, PageResult } from '../table/page.ts';

/**
 * Pages of features. Clients look for `numberMatched` on every page, which is counted for the first one only: later ones
 * find it in the position that their cursor holds.
 */

const separator = '~';

/** What the first page counted, and where this one begins; neither on the first page. */
function readPosition(after: string | undefined): { readonly matched?: number; readonly after?: string } {
  if (after === undefined) return {};
  const [counted = '', ...rest] = after.split(separator);
  return { after: rest.join(separator), ...(counted === '' ? {} : { matched: Number(counted) }) };
}

/**
 * Reads a page. One without a row would be taken for the last by GDAL, so what is empty and not the last is read on.
 *
 * @param read reads a page from a list of features
 */
export async function readFeatures<T>(
  page: PageRequest,
  read: (page: PageRequest) => Promise<PageResult<T>>,
): Promise<PageResult<T> & { readonly matched: number | undefined }> {
  const begin = readPosition(page.after);
  const first = await read({ ...page, after: begin.after });
  let result = first;
  while (result.rows.length === 0 && result.more && result.next !== undefined) {
    result = await read({ ...page, counted: false, after: result.next });
  }
  const matched = begin.matched ?? (first.totalCapped ? undefined : first.total);
  const positionOf = (position: string) => `${matched ?? ''}${separator}${position}`;
  return {
    ...result,
    rows: result.rows.map((row) => ({ ...row, position: positionOf(row.position) })),
    next: result.next && positionOf(result.next),
    total: first.total,
    totalCapped: first.totalCapped,
    matched,
  };
}
