import { distanceToEdgeMeters } from '../geo/contains.ts';
import { toDegrees } from '../geo/grid.ts';
import { distanceMeters } from '../geo/sphere.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import type { PageRequest, PageResult } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { candidatesIn } from './candidates.ts';
import { type Found, type Shown, shownRows } from './fence-page.ts';
import { filterable, type GeofenceFilters, passes } from './filters.ts';
import type { Near } from './place-query.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';

/**
 * The list of fences near a point, nearest first. If many fences are near, they are searched in rings, so that a page
 * reads the fences that are nearer than its last one, and few others.
 */

const main = new Table('main');

/**
 * The most index entries that the widest ring may read. Each narrower ring is a quarter as wide and may read twice as
 * many.
 */
const mostCandidates = 1000;
const narrowings = 8;
/** If a ring does not fill the page, the next ring may read this many times as many entries. */
const growth = 4;
const batchSize = 100;

export interface NearQuery {
  readonly tenant: Tenant;
  readonly near: Near;
  readonly filters: GeofenceFilters;
  readonly page: PageRequest;
}

export async function listNear(query: NearQuery): Promise<PageResult<Shown>> {
  const { tenant, page } = query;
  const wanted = page.offset + page.limit + 1;
  const { ranked, most } = await search(query, wanted);
  const shown = shownRows(tenant, await found(tenant, ranked.slice(page.offset, page.offset + page.limit)));
  return {
    rows: shown.map(({ position, item }) => ({ position: position + separator + most / growth, item })),
    more: ranked.length >= wanted,
    total: undefined,
    totalCapped: false,
  };
}

/** The nearest fence up to a distance; any of those with the same millimetre. Undefined if there is none. */
export async function nearestFence(query: Omit<NearQuery, 'page'>): Promise<BodyRow | undefined> {
  const page = { limit: 1, offset: 0, after: undefined, counted: false };
  const { ranked } = await search({ ...query, page }, 1);
  return ranked[0]?.body;
}

async function search(
  query: NearQuery,
  wanted: number,
): Promise<{ readonly ranked: readonly Ranked[]; readonly most: number }> {
  const { near, page } = query;
  let { from, most } = readCursor(page.after);
  let ranked: Ranked[] = [];
  for (let isLast = false; ranked.length < wanted && !isLast; most *= growth) {
    const ring = await nextRing(query, from, most);
    ranked = await withRing(query, ring, ranked, wanted);
    [from, most] = [ring.to, ring.most];
    isLast = ring.to > toMillimeters(near.meters);
  }
  return { ranked, most };
}

/** A fence at its position in the list. Not every body is kept, because many fences may be skipped. */
interface Ranked {
  readonly position: string;
  readonly id: string;
  readonly body: BodyRow | undefined;
}

/** The distance in whole millimetres, padded so that positions sort as text, followed by the id. */
const positionOf = (millimeters: number, id: string): string =>
  `${String(millimeters).padStart(distanceDigits, '0')}${id}`;
const distanceDigits = 12;
const toMillimeters = (meters: number): number => Math.floor(meters * 1000);

/** A cursor is a position and the number of index entries that were read to reach it. */
const separator = ':';

function readCursor(after: string | undefined): { behind: string; from: number; most: number } {
  if (after === undefined) return { behind: '', from: 0, most: mostCandidates };
  const [behind = '', most] = after.split(separator);
  return { behind, from: Number(behind.slice(0, distanceDigits)), most: Number(most) };
}

/** `rows` includes every fence whose distance is at least `from` and less than `to` whole millimetres. */
interface Ring {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly ThinRow[];
  readonly most: number;
}

/**
 * The widest ring, from a distance outwards, that does not hold too many entries. The narrowest ring takes all of its
 * entries.
 */
async function nextRing({ tenant, near, filters }: NearQuery, from: number, budget: number): Promise<Ring> {
  const { latitude, longitude } = near;
  const point = [longitude, latitude, longitude, latitude] as const;
  const width = toMillimeters(near.meters) + 1 - from;
  for (let step = 0; ; step++) {
    const [to, most] = [from + Math.ceil(width / 4 ** step), budget * 2 ** step];
    const limit = step === narrowings ? Number.POSITIVE_INFINITY : most;
    const rows = await candidatesIn(tenant, point, to / 1000, filters, limit);
    if (rows) return { from, to, rows, most };
  }
}

/**
 * The fences that were found before and those that a ring adds, nearest first, as many as wanted. Fences are measured
 * in the order of the least distance that their centre and radius allow, until no remaining fence can be nearer than
 * those found.
 */
async function withRing(query: NearQuery, ring: Ring, before: Ranked[], wanted: number): Promise<Ranked[]> {
  const rows = ring.rows
    .map((row) => ({ row, least: toMillimeters(leastMeters(row, query.near)) }))
    .filter(({ least }) => least < ring.to)
    .sort((a, b) => a.least - b.least);
  let ranked = before;
  for (let i = 0; i < rows.length; i += batchSize) {
    const last = ranked[wanted - 1];
    if (last && last.position < positionOf(rows[i]!.least, '')) break;
    const batch = rows.slice(i, i + batchSize).map(({ row }) => row);
    const more = [...ranked, ...(await measured(query, ring, batch))];
    ranked = more.sort((a, b) => (a.position < b.position ? -1 : 1)).slice(0, wanted);
  }
  return ranked;
}

/** A lower bound of the distance: no fence is nearer than its bounding circle. */
export function leastMeters(row: ThinRow, { latitude, longitude }: Pick<Near, 'latitude' | 'longitude'>): number {
  return Math.max(0, distanceMeters(latitude, longitude, toDegrees(row.y), toDegrees(row.x)) - row.r - 1);
}

/** The fences, with fresh bodies, that lie in the ring and after the cursor. */
async function measured(query: NearQuery, { from, to }: Ring, rows: readonly ThinRow[]): Promise<Ranked[]> {
  const { tenant, near, filters, page } = query;
  const { behind } = readCursor(page.after);
  const ids = rows.map(({ sk }) => sk);
  return (await bodiesOf(tenant, ids)).flatMap((body) => {
    const fence = readBody(body);
    if (!passes(filterable(fence), filters)) return [];
    const meters = Math.max(0, distanceToEdgeMeters(fence.shape.geometry, near.latitude, near.longitude));
    const millimeters = toMillimeters(meters);
    const position = positionOf(millimeters, fence.id);
    if (meters > near.meters || millimeters < from || millimeters >= to || position <= behind) return [];
    return [{ position, id: fence.id, body: page.offset === 0 ? body : undefined }];
  });
}

export async function bodiesOf(tenant: Tenant, ids: readonly string[]): Promise<BodyRow[]> {
  const bodies = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(tenant.reference, id)));
  return bodies.flatMap((body) => body ?? []);
}

/** The fences of a page; those whose bodies were not kept are read again. */
async function found(tenant: Tenant, ranked: readonly Ranked[]): Promise<Found[]> {
  const again = await bodiesOf(
    tenant,
    ranked.flatMap(({ id, body }) => (body ? [] : id)),
  );
  const byId = new Map(again.map((body) => [body.id, body]));
  return ranked.flatMap(({ position, id, body = byId.get(id) }) => (body ? { position, body } : []));
}
