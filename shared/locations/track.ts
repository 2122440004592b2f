import type { Span } from '../table/ids.ts';
import { instantsIn, locationKeys, monthsOf } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { PointRow } from './row.ts';

/** The stored track of a device: all that is in the table, whether it is still shown or not. */

const telemetry = new Table('telemetry');

/** The rows of the points of a span, page by page, in order of time. */
export async function* pagesOf(tenant: TenantReference, deviceId: string, { from, to }: Span, pageSize: number) {
  if (from > to) return;
  for (const month of monthsOf(from, to).reverse()) {
    let after: string | undefined;
    do {
      const page = await telemetry.query<PointRow>(locationKeys.points(tenant, deviceId, month), {
        between: instantsIn(from, to),
        pageSize,
        ...(after === undefined ? {} : { after }),
      });
      yield page.rows;
      after = page.next;
    } while (after !== undefined);
  }
}

/** The first or the last point of a span, if there is one. */
export async function endOf(
  tenant: TenantReference,
  deviceId: string,
  { from, to }: Span,
  end: 'first' | 'last',
): Promise<PointRow | undefined> {
  if (from > to) return undefined;
  const months = monthsOf(from, to);
  for (const month of end === 'last' ? months : months.reverse()) {
    const { rows } = await telemetry.query<PointRow>(locationKeys.points(tenant, deviceId, month), {
      descending: end === 'last',
      between: instantsIn(from, to),
      pageSize: 1,
    });
    if (rows[0]) return rows[0];
  }
  return undefined;
}
