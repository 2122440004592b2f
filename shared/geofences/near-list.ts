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
 * The list of fences near a point, nearest first. Where many are near, they are sought ring by ring, so that a page reads
 * what lies nearer than its last fence, and little beyond.
 */

const main = new Table('main');

/** Entries of the index that the widest ring may read; each narrower one, a quarter as wide, may read twice as many. */
const mostCandidates = 1000;
const narrowings = 8;
/** A ring that did not fill the page is followed by one that may read so many times as much. */
const growth = 4;
const batchSize = 100;

export interface NearQuery {
  readonly tenant: Tenant;
  readonly near: Near;
  readonly filters: GeofenceFilters;
  readonly page: PageRequest;
}

export async function listNear(query: NearQuery): Promise<PageResult<Shown>> {
  const { tenant, near, page } = query;
  const wanted = page.offset + page.limit + 1;
  let { from, most } = readCursor(page.after);
  let met: Met[] = [];
  for (let isLast = false; met.length < wanted && !isLast; most *= growth) {
    const ring = await nextRing(query, from, most);
    met = await withRing(query, ring, met, wanted);
    [from, most] = [ring.to, ring.most];
    isLast = ring.to > toMillimeters(near.meters);
  }
  const shown = shownRows(tenant, await found(tenant, met.slice(page.offset, page.offset + page.limit)));
  return {
    rows: shown.map(({ position, item }) => ({ position: position + separator + most / growth, item })),
    more: met.length >= wanted,
    total: undefined,
    totalCapped: false,
  };
}

/** A fence at its place in the list; those that are passed over are too many to be kept whole. */
interface Met {
  readonly position: string;
  readonly id: string;
  readonly body: BodyRow | undefined;
}

/** Distance in whole millimetres, so that positions sort as text does, then the id. */
const positionOf = (millimeters: number, id: string): string =>
  `${String(millimeters).padStart(distanceDigits, '0')}${id}`;
const distanceDigits = 12;
const toMillimeters = (meters: number): number => Math.floor(meters * 1000);

/** A cursor is a position, and how many entries of the index were read to get there. */
const separator = ':';

function readCursor(after: string | undefined): { behind: string; from: number; most: number } {
  if (after === undefined) return { behind: '', from: 0, most: mostCandidates };
  const [behind = '', most] = after.split(separator);
  return { behind, from: Number(behind.slice(0, distanceDigits)), most: Number(most) };
}

/** Every fence at least `from` and less than `to` whole millimetres away is among the rows. */
interface Ring {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly ThinRow[];
  readonly most: number;
}

/** The widest ring from a distance on that few enough entries hold; the narrowest takes as many as there are. */
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
 * What was met before with what a ring adds, nearest first, up to what is wanted. Fences are measured in the order of the
 * least distance that their centre and radius allow, until none that is left can come before those.
 */
async function withRing(query: NearQuery, ring: Ring, before: Met[], wanted: number): Promise<Met[]> {
  const rows = ring.rows
    .map((row) => ({ row, least: toMillimeters(leastMeters(row, query.near)) }))
    .filter(({ least }) => least < ring.to)
    .sort((a, b) => a.least - b.least);
  let met = before;
  for (let i = 0; i < rows.length; i += batchSize) {
    const last = met[wanted - 1];
    if (last && last.position < positionOf(rows[i]!.least, '')) break;
    const batch = rows.slice(i, i + batchSize).map(({ row }) => row);
    const more = [...met, ...(await measured(query, ring, batch))];
    met = more.sort((a, b) => (a.position < b.position ? -1 : 1)).slice(0, wanted);
  }
  return met;
}

/** No fence is nearer than its bounding circle. */
function leastMeters(row: ThinRow, { latitude, longitude }: Near): number {
  return Math.max(0, distanceMeters(latitude, longitude, toDegrees(row.y), toDegrees(row.x)) - row.r - 1);
}

/** Those of some fences that, as they are now, lie in the ring and behind the cursor. */
async function measured(query: NearQuery, { from, to }: Ring, rows: readonly ThinRow[]): Promise<Met[]> {
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

async function bodiesOf(tenant: Tenant, ids: readonly string[]): Promise<BodyRow[]> {
  const bodies = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(tenant.reference, id)));
  return bodies.flatMap((body) => body ?? []);
}

/** The fences of a page, read again where they were not kept. */
async function found(tenant: Tenant, met: readonly Met[]): Promise<Found[]> {
  const again = await bodiesOf(
    tenant,
    met.flatMap(({ id, body }) => (body ? [] : id)),
  );
  const byId = new Map(again.map((body) => [body.id, body]));
  return met.flatMap(({ position, id, body = byId.get(id) }) => (body ? { position, body } : []));
}
