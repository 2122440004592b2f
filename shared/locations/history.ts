import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import type { ShownPoint } from '../devices/point.ts';
import { requireVisible } from '../devices/visible.ts';
import { requireEntity } from '../entity/rows.ts';
import type { SeriesPage } from '../http/series.ts';
import { kept } from '../table/expressions.ts';
import type { Span } from '../table/ids.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { type Page, type QueryOptions, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type PointRow, showRow } from './row.ts';
import { pagesOf } from './track.ts';

/** The history of a device: where it was. */

export interface Asked {
  readonly span: Span | undefined;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** The position after which the page begins. */
  readonly after: string | undefined;
}

const main = new Table('main');

/** The instants between which a device has points; undefined if it has none. */
export async function spanOfPoints(tenant: TenantReference, deviceId: string): Promise<Span | undefined> {
  const head = await main.get<{ firstAt?: number; newestAt?: number }>(deviceKeys.head(tenant, deviceId));
  const { firstAt: from, newestAt: to } = head ?? {};
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** After a page with expired points, the next one is larger: DynamoDB may keep days of expired points. */
const larger = (size: number): number => Math.min(4 * size, mostAPage);
/** About 750 kB; a page of DynamoDB has 1 MB. */
const mostAPage = 5000;

type Reading = Pick<QueryOptions, 'descending' | 'count'> & { readonly after?: string | undefined };

/**
 * Pages of the points of a span that have not expired.
 *
 * @param missing how many points the caller still needs; called before each page
 */
async function* keptPages(
  tenant: TenantReference,
  deviceId: string,
  span: Span,
  reading: Reading,
  missing: () => number,
): AsyncGenerator<Page<PointRow>> {
  let size = missing();
  for await (const page of pagesOf(tenant, deviceId, span, { ...reading, filter: kept(), pageSize: () => size })) {
    yield page;
    size = page.matched < page.examined ? larger(size) : missing();
  }
}

/** Rows of points in order of time; more than `limit` where there are more. */
export async function readPoints(
  tenant: TenantReference,
  deviceId: string,
  stored: Span,
  { span = stored, order, limit, after }: Asked,
): Promise<PointRow[]> {
  const within = { from: Math.max(span.from, stored.from), to: Math.min(span.to, stored.to) };
  const rows: PointRow[] = [];
  const reading = { descending: order === 'desc', after };
  for await (const page of keptPages(tenant, deviceId, within, reading, () => limit + 1 - rows.length)) {
    rows.push(...page.rows);
    if (rows.length > limit) break;
  }
  return rows;
}

const pointsPerPage = 1000;

interface PointsPage {
  /** Empty if all points of the page have expired. */
  readonly points: readonly PointRow[];
  /** The instant up to which all points are read; absent at the end of a month without points. */
  readonly upTo: number | undefined;
}

/** All points of a span in order of time, page by page, with the instant up to which each page has read. */
export async function* walkPoints(tenant: TenantReference, deviceId: string, span: Span): AsyncGenerator<PointsPage> {
  for await (const { rows, next } of keptPages(tenant, deviceId, span, {}, () => pointsPerPage)) {
    const last = next ?? rows.at(-1)?.sk;
    yield { points: rows, upTo: last === undefined ? undefined : Number(last) };
  }
}

/** All points of a span in order of time, page by page. */
export async function* pagesOfPoints(
  tenant: TenantReference,
  deviceId: string,
  span: Span,
): AsyncGenerator<readonly PointRow[]> {
  for await (const { points } of walkPoints(tenant, deviceId, span)) yield points;
}

/** The number of points in a span; counting ends soon after `most`. */
export async function countPoints(
  tenant: TenantReference,
  deviceId: string,
  span: Span,
  most: number,
): Promise<number> {
  let counted = 0;
  for await (const page of keptPages(tenant, deviceId, span, { count: true }, () => most + 1 - counted)) {
    counted += page.matched;
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
  requireVisible(caller, device);
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
