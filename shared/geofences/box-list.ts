import { type BoundingBox, boxHoldsDisc, geometryIntersectsBox, toGridBox } from '../geo/box.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { bytesOfAnswer, countLimits, type PageRequest, type PageResult } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { BoxCandidates } from './box-candidates.ts';
import { candidatesIn } from './candidates.ts';
import { bodiesAWave, bytesOf, type Found, type Shown, shownRows } from './fence-page.ts';
import { filterable, type GeofenceFilters, passes } from './filters.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';

/** The list of fences in a box, newest first. */

const main = new Table('main');
/**
 * The fences in a box are counted exactly only if at most this many lie across its edge, because each of those has to
 * be read.
 */
const mostOnEdge = 500;
/**
 * The most index entries that a page may read. If a box holds more, the newest fences are examined in order instead.
 */
const mostFromIndex = 5000;

export interface BoxQuery {
  readonly tenant: Tenant;
  readonly bbox: BoundingBox;
  readonly filters: GeofenceFilters;
  readonly page: PageRequest;
}

export async function listInBox(query: BoxQuery): Promise<PageResult<Shown>> {
  const { tenant, bbox, filters, page } = query;
  const { offset, limit, after, counted } = page;
  const fromIndex = () => candidatesIn(tenant, bbox, 0, filters, mostFromIndex);
  const candidates = await BoxCandidates.find(tenant, bbox, filters, after, fromIndex);
  const { rows } = candidates;
  const found: Found[] = [];
  let [read, bytes, skipped] = [0, 0, 0];
  while (found.length <= limit && bytes < bytesOfAnswer) {
    if (read === rows.length && !(await candidates.readOn())) break;
    const wave = rows.slice(read, read + bodiesAWave);
    const inside = await bodiesInside(query, wave);
    read += wave.length;
    const skip = Math.min(inside.length, offset - skipped);
    skipped += skip;
    const kept = inside.slice(skip);
    found.push(...kept.map((body) => ({ position: body.id, body })));
    bytes += kept.reduce((sum, body) => sum + bytesOf(body), 0);
  }
  const shown = shownRows(tenant, found.slice(0, limit));
  const full = shown.length < found.length;
  const more = full || read < rows.length || !candidates.complete;
  const next = read < rows.length ? rows[read - 1]?.sk : candidates.examinedTo;
  const isCounted = counted && (await candidates.readAll(countLimits.examined));
  const rest = isCounted ? await countInside(query, rows.slice(read)) : undefined;
  return {
    rows: shown,
    more,
    next: full || !more ? undefined : next,
    total: rest === undefined ? undefined : skipped + found.length + rest,
    totalCapped: counted && rest === undefined,
  };
}

/** The candidates that intersect the box now: the index may be a moment old. */
async function bodiesInside({ tenant, bbox, filters }: BoxQuery, rows: readonly ThinRow[]): Promise<BodyRow[]> {
  const bodies = await main.getMany<BodyRow>(rows.map((row) => geofenceKeys.body(tenant.reference, row.sk)));
  return bodies.flatMap((body) => {
    const fence = body && readBody(body);
    const isInside = fence && passes(filterable(fence), filters) && geometryIntersectsBox(fence.shape.geometry, bbox);
    return isInside ? body : [];
  });
}

/** The number of candidates that intersect the box; undefined when counting would take too long. */
async function countInside(query: BoxQuery, rows: readonly ThinRow[]): Promise<number | undefined> {
  const box = toGridBox(query.bbox);
  const onEdge = rows.filter(({ x, y, r }) => !boxHoldsDisc(box, x, y, r + 1));
  if (onEdge.length > mostOnEdge) return undefined;
  let count = rows.length - onEdge.length;
  for (let i = 0; i < onEdge.length; i += bodiesAWave) {
    count += (await bodiesInside(query, onEdge.slice(i, i + bodiesAWave))).length;
  }
  return count;
}
