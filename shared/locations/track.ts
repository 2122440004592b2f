import type { Span } from '../table/ids.ts';
import { instantsIn, locationKeys, monthsOf } from '../table/keys/locations.ts';
import { optional, type Page, type QueryOptions, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { PointRow } from './row.ts';

/** The stored track of a device: all points in the table, including expired ones. */

const telemetry = new Table('telemetry');

interface Walk extends Pick<QueryOptions, 'descending' | 'filter' | 'count'> {
  /** Only points after this sort key, in reading order. */
  readonly after?: string | undefined;
  /** The number of rows to examine for a page; called before each page. */
  readonly pageSize: () => number;
}

/**
 * The points of a span, page by page, oldest or newest first. A page may have fewer rows than asked for although more
 * follow: DynamoDB ends a page at 1 MB, and each month has a partition.
 */
export async function* pagesOf(
  tenant: TenantReference,
  deviceId: string,
  { from, to }: Span,
  { after: beginning, pageSize, ...how }: Walk,
): AsyncGenerator<Page<PointRow>> {
  if (from > to) return;
  const months = monthsOf(from, to);
  for (const month of how.descending ? months : months.reverse()) {
    let after = beginning;
    do {
      const page: Page<PointRow> = await telemetry.query(locationKeys.points(tenant, deviceId, month), {
        ...how,
        between: instantsIn(from, to),
        pageSize: pageSize(),
        ...optional('after', after),
      });
      yield page;
      after = page.next;
    } while (after !== undefined);
  }
}

/** The first or the last point of a span, if there is one. */
export async function endPointOf(
  tenant: TenantReference,
  deviceId: string,
  span: Span,
  end: 'first' | 'last',
): Promise<PointRow | undefined> {
  const pages = pagesOf(tenant, deviceId, span, { descending: end === 'last', pageSize: () => 1 });
  for await (const { rows } of pages) if (rows[0]) return rows[0];
  return undefined;
}
