import type { PageRequest, PageResult } from '../table/page.ts';

/**
 * Pages of features. Clients expect `numberMatched` on every page. It is counted only for the first page; later pages
 * read it from the position in their cursor.
 */

const separator = '~';
/** Less than the timeout of the route. */
const mostMilliseconds = 5000;

/** The count of the first page, and the position at which this page begins; both are absent on the first page. */
function readPosition(after: string | undefined): { readonly matched?: number; readonly after?: string } {
  if (after === undefined) return {};
  const [counted = '', ...rest] = after.split(separator);
  return { after: rest.join(separator), ...(counted === '' ? {} : { matched: Number(counted) }) };
}

/**
 * Reads a page. GDAL takes an empty page for the last one, so reading continues while a page is empty and not the last,
 * as long as there is time.
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
  const until = Date.now() + mostMilliseconds;
  while (result.rows.length === 0 && result.more && result.next !== undefined && Date.now() < until) {
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
