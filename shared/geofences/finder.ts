import { defineCapability } from '../capability/capability.ts';
import { type BoundingBox, geometryIntersectsBox, toGridBox } from '../geo/box.ts';
import { holdsDisc, rangesForBox } from '../geo/box-ranges.ts';
import { distanceToEdgeMeters } from '../geo/contains.ts';
import { toDegrees } from '../geo/grid.ts';
import { distanceMeters } from '../geo/sphere.ts';
import { mainKeys } from '../table/keys.ts';
import { countLimits, type PageRequest, type PageResult } from '../table/page.ts';
import { queryRange } from '../table/query-range.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { BoxCandidates } from './box-candidates.ts';
import { type Fence, showFence } from './fence.ts';
import type { Near } from './place-query.ts';
import {
  bodiesAWave,
  bytesOf,
  bytesOfAnswer,
  filterable,
  type GeofenceFilters,
  GeofenceReader,
  passes,
} from './reader.ts';
import { type BodyRow, readBody, type ThinRow } from './rows.ts';
import { sizeClassMeters } from './thin-row.ts';

type Shown = ReturnType<typeof showFence>;

/** A fence that passed its exact test, with the place it takes in the order of the list. */
interface Found {
  readonly position: string;
  readonly fence: Fence;
}

const main = new Table('main');
const batchSize = 100;
/** A box is counted out where its edge runs through no more fences than these: each has to be read. */
const mostOnEdge = 500;

/**
 * Lists by place. An index holds thin rows by size class and centre; a box is read as ranges of cells, widened by what
 * the fences of the class may reach, and each fence is then tested exactly on its own geometry.
 */
class GeofenceFinder extends GeofenceReader {
  override async list(tenant: Tenant, filters: GeofenceFilters, page: PageRequest): Promise<PageResult<Shown>> {
    if (filters.bbox) return await this.#inBox(tenant, filters.bbox, filters, page);
    if (!filters.near) return await super.list(tenant, filters, page);
    const wanted = page.offset + page.limit + 1;
    const found = await this.#near(tenant, filters.near, filters, page.after, wanted);
    const rows = shown(tenant, found, page);
    return { rows, more: found.length >= wanted, total: undefined, totalCapped: false };
  }

  /** Newest first. */
  async #inBox(tenant: Tenant, bbox: BoundingBox, filters: GeofenceFilters, page: PageRequest) {
    const { offset, limit, after, counted } = page;
    const fromIndex = () => this.#candidates(tenant, bbox, 0, filters);
    const candidates = await BoxCandidates.find(tenant, bbox, filters, after, fromIndex);
    const { rows } = candidates;
    const found: Found[] = [];
    let [read, bytes] = [0, 0];
    while (found.length <= offset + limit && bytes < bytesOfAnswer) {
      if (read === rows.length && !(await candidates.readOn())) break;
      const wave = rows.slice(read, read + bodiesAWave);
      const { fences, bytes: more } = await this.#inside(tenant, bbox, wave, filters);
      found.push(...fences.map((fence) => ({ position: fence.id, fence })));
      read += wave.length;
      if (found.length > offset) bytes += more;
    }
    const full = found.length > offset + limit;
    const more = full || read < rows.length || !candidates.complete;
    const next = read < rows.length ? rows[read - 1]?.sk : candidates.examinedTo;
    const isCounted = counted && (await candidates.readAll(countLimits.examined));
    const rest = isCounted ? await this.#countInside(tenant, bbox, rows.slice(read), filters) : undefined;
    return {
      rows: shown(tenant, found, page),
      more,
      next: full || !more ? undefined : next,
      total: rest === undefined ? undefined : found.length + rest,
      totalCapped: counted && rest === undefined,
    };
  }

  /** Those of the candidates that intersect the box, and what was read of all of them. */
  async #inside(tenant: Tenant, bbox: BoundingBox, rows: readonly ThinRow[], filters: GeofenceFilters) {
    const { fences, bytes } = await this.#fences(tenant, rows, filters);
    return { fences: fences.filter((fence) => geometryIntersectsBox(fence.shape.geometry, bbox)), bytes };
  }

  /** How many of the candidates intersect the box; undefined where it would take too long. */
  async #countInside(tenant: Tenant, bbox: BoundingBox, rows: readonly ThinRow[], filters: GeofenceFilters) {
    const box = toGridBox(bbox);
    const onEdge = rows.filter(({ x, y, r }) => !holdsDisc(box, { x, y, reachMeters: r }));
    if (onEdge.length > mostOnEdge) return undefined;
    let count = rows.length - onEdge.length;
    for (let i = 0; i < onEdge.length; i += bodiesAWave) {
      count += (await this.#inside(tenant, bbox, onEdge.slice(i, i + bodiesAWave), filters)).fences.length;
    }
    return count;
  }

  /**
   * Nearest first. Fences are measured in the order of the least distance that their centre and radius allow, until no
   * fence that is left can come before those that are wanted.
   */
  async #near(tenant: Tenant, near: Near, filters: GeofenceFilters, after: string | undefined, wanted: number) {
    const { latitude, longitude, meters } = near;
    const candidates = (await this.#candidates(tenant, [longitude, latitude, longitude, latitude], meters, filters))
      .map((row) => ({ row, least: leastMeters(row, near) }))
      .filter(({ least }) => least <= meters)
      .sort((a, b) => a.least - b.least);
    let found: Found[] = [];
    for (let i = 0; i < candidates.length; i += batchSize) {
      const beyond = found[wanted - 1];
      if (beyond && beyond.position < positionOf(candidates[i]!.least, '')) break;
      const batch = candidates.slice(i, i + batchSize).map(({ row }) => row);
      const measured = (await this.#fences(tenant, batch, filters)).fences.flatMap((fence) => {
        const distance = Math.max(0, distanceToEdgeMeters(fence.shape.geometry, latitude, longitude));
        return distance <= meters ? [{ position: positionOf(distance, fence.id), fence }] : [];
      });
      found = [...found, ...measured.filter(({ position }) => after === undefined || position > after)];
      found.sort((a, b) => (a.position < b.position ? -1 : 1));
    }
    return found.slice(0, wanted);
  }

  /**
   * Thin rows of fences that may come within `meters` of the box, filtered. One size class after the other: all of their
   * ranges at once would be a hundred requests, more than there are connections.
   */
  async #candidates(tenant: Tenant, bbox: BoundingBox, meters: number, filters: GeofenceFilters): Promise<ThinRow[]> {
    const rows = new Map<string, ThinRow>();
    for (const [sizeClass, reach] of sizeClassMeters.entries()) {
      const partition = mainKeys.geofencePlace(tenant.reference, sizeClass);
      const ranges = rangesForBox(bbox, meters + reach + 1);
      const reads = ranges.map(({ from, to }) => queryRange<ThinRow>(main, partition, from, to));
      for (const row of (await Promise.all(reads)).flat()) if (passes(row, filters)) rows.set(row.sk, row);
    }
    return [...rows.values()];
  }

  /** The fences as they are now: what the index said of them may be a moment old. */
  async #fences(tenant: Tenant, rows: readonly ThinRow[], filters: GeofenceFilters) {
    const bodies = await main.getMany<BodyRow>(rows.map((row) => mainKeys.geofenceBody(tenant.reference, row.sk)));
    const fences = bodies
      .flatMap((body) => (body ? [readBody(body)] : []))
      .filter((fence) => passes(filterable(fence), filters));
    return { fences, bytes: bodies.reduce((sum, body) => sum + bytesOf(body), 0) };
  }
}

/** The rows of a page, of what was found from the first row on. */
const shown = (tenant: Tenant, found: readonly Found[], { offset, limit }: PageRequest) =>
  found.slice(offset, offset + limit).map(({ position, fence }) => ({ position, item: showFence(tenant, fence) }));

/** No fence is nearer than its bounding circle. */
function leastMeters(row: ThinRow, { latitude, longitude }: Near): number {
  return Math.max(0, distanceMeters(latitude, longitude, toDegrees(row.y), toDegrees(row.x)) - row.r - 1);
}

/** Distance in whole millimetres, so that positions sort as text does, then the id. */
const positionOf = (meters: number, id: string): string =>
  `${String(Math.floor(meters * 1000)).padStart(12, '0')}${id}`;

export const findGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'Query'] },
  indexes: { main: ['place'] },
  open: () => new GeofenceFinder(),
});
