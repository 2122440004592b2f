import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import type { ShownPoint } from '../devices/point.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import type { SeriesPage } from '../http/series.ts';
import type { Span } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { instantsIn, locationKeys, monthsOf } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type PointRow, recordedAtOf, showRow } from './row.ts';

/** Where a device was. */

export interface Asked {
  readonly span: Span | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The position after which the page begins. */
  readonly after: string | undefined;
}

const [main, telemetry] = [new Table('main'), new Table('telemetry')];

/** A point whose retention is over is not shown, though DynamoDB may keep it for days. */
const isKept = () => ({
  expression: '#ttl > :now',
  names: { '#ttl': 'ttl' },
  values: { ':now': Math.floor(Date.now() / 1000) },
});

/** The instants between which a device has points; undefined if it has none. */
export async function spanOfPoints(tenant: TenantReference, deviceId: string): Promise<Span | undefined> {
  const head = await main.get<{ firstAt?: number; newestAt?: number }>(deviceKeys.head(tenant, deviceId));
  const { firstAt: from, newestAt: to } = head ?? {};
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** While a page finds too little that is kept, the next one is larger: the points of days may wait for their deletion. */
const larger = (size: number): number => Math.min(4 * size, mostAPage);
/** Some 750 kB: a page of DynamoDB has 1 MB. */
const mostAPage = 5000;

/** Rows of points in order of time; more than `limit` where there are more. */
export async function readPoints(
  tenant: TenantReference,
  deviceId: string,
  stored: Span,
  { span = stored, order, limit, after }: Asked,
): Promise<PointRow[]> {
  const [from, to] = [Math.max(span.from, stored.from), Math.min(span.to, stored.to)];
  if (from > to) return [];
  const descending = order === 'desc';
  const months = monthsOf(from, to);
  const rows: PointRow[] = [];
  for (const month of descending ? months : months.reverse()) {
    let start = after;
    let size = limit + 1 - rows.length;
    do {
      const page = await telemetry.query<PointRow>(locationKeys.points(tenant, deviceId, month), {
        descending,
        between: instantsIn(from, to),
        filter: isKept(),
        pageSize: size,
        ...(start === undefined ? {} : { after: start }),
      });
      rows.push(...page.rows);
      start = page.next;
      size = page.matched < page.examined ? larger(size) : limit + 1 - rows.length;
    } while (start !== undefined && rows.length <= limit);
    if (rows.length > limit) break;
  }
  return rows;
}

const pointsPerPage = 1000;

/** All points of a span in order of time, page by page. */
export async function* pagesOfPoints(
  tenant: TenantReference,
  deviceId: string,
  span: Span,
): AsyncGenerator<readonly PointRow[]> {
  const asked = { order: 'asc', limit: pointsPerPage, after: undefined } as const;
  let { from } = span;
  for (;;) {
    const rows = await readPoints(tenant, deviceId, span, { ...asked, span: { from, to: span.to } });
    if (rows.length > 0) yield rows;
    if (rows.length <= pointsPerPage) return;
    from = recordedAtOf(rows.at(-1)!) + 1;
  }
}

/** The number of points in a span; counting ends soon after `most`. */
export async function countPoints(
  tenant: TenantReference,
  deviceId: string,
  { from, to }: Span,
  most: number,
): Promise<number> {
  let counted = 0;
  for (const month of from > to ? [] : monthsOf(from, to)) {
    let after: string | undefined;
    let size = most + 1 - counted;
    do {
      const page = await telemetry.query(locationKeys.points(tenant, deviceId, month), {
        between: instantsIn(from, to),
        filter: isKept(),
        pageSize: size,
        count: true,
        ...(after === undefined ? {} : { after }),
      });
      counted += page.matched;
      after = page.next;
      size = page.matched < page.examined ? larger(size) : most + 1 - counted;
    } while (after !== undefined && counted <= most);
    if (counted > most) break;
  }
  return counted;
}

/** @throws NOT_FOUND */
async function history(caller: Caller, deviceId: string, asked: Asked): Promise<SeriesPage<ShownPoint>> {
  const { reference } = caller.tenant;
  const [device, stored] = await Promise.all([
    requireEntity(devices, caller.tenant, deviceId),
    spanOfPoints(reference, deviceId),
  ]);
  requireVisible(caller, device.values);
  if (!stored) return { rows: [], more: false };
  const rows = await readPoints(reference, deviceId, stored, asked);
  const shown = rows.slice(0, asked.limit).map((row) => ({ position: row.sk, item: showRow(row) }));
  return { rows: shown, more: rows.length > asked.limit };
}

export const readLocations = defineCapability({
  tables: { main: ['GetItem'], telemetry: ['Query'] },
  raises: ['NOT_FOUND', 'CURSOR_INVALID'],
  open: () => ({ history }),
});
