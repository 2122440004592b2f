import { distanceToEdgeMeters, edgeMeasure } from '../geo/contains.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { candidatesIn } from './candidates.ts';
import { filterable, type GeofenceFilters, passes } from './filters.ts';
import { bodiesOf, leastMeters, nearestFence } from './near-list.ts';
import { readBody, type ThinRow } from './rows.ts';

/** Finds the nearest geofence of each of many points. They are often near each other, so they share reads. */

export interface AskedPoint {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Any geofence up to this distance in metres will do. */
  readonly enough: number;
}

export interface NearestFence {
  readonly id: string;
  /** To its edge; 0 inside. */
  readonly meters: number;
}

const mostCandidates = 10_000;
/** Large geofences take a megabyte each. */
const mostKept = 64;

interface Measured {
  readonly id: string;
  readonly passes: boolean;
  readonly measure: ReturnType<typeof edgeMeasure>;
}

/**
 * @param within metres; farther geofences are not searched, unless they are within `enough` of the point
 * @param most candidates around all points; if there are more, the two halves of the points are searched separately
 * @returns for each point a geofence within `enough`, else the nearest, else undefined
 */
export async function nearestOfEach(
  tenant: Tenant,
  filters: GeofenceFilters,
  points: readonly AskedPoint[],
  within: number,
  most = mostCandidates,
): Promise<(NearestFence | undefined)[]> {
  const survey = new Survey(tenant, filters, within, most);
  await survey.look(points);
  return points.map((point) => survey.found.get(point));
}

class Survey {
  readonly found = new Map<AskedPoint, NearestFence | undefined>();
  readonly #tenant: Tenant;
  readonly #filters: GeofenceFilters;
  readonly #within: number;
  readonly #most: number;
  readonly #kept = new Map<string, Measured | undefined>();

  constructor(tenant: Tenant, filters: GeofenceFilters, within: number, most: number) {
    [this.#tenant, this.#filters, this.#within, this.#most] = [tenant, filters, within, most];
  }

  async look(points: readonly AskedPoint[]): Promise<void> {
    const [only, another] = points;
    if (!only) return;
    if (!another) return void this.found.set(only, await this.#alone(only));
    const meters = points.reduce((most, { enough }) => Math.max(most, enough), this.#within);
    const rows = await candidatesIn(this.#tenant, boxOf(points), meters, this.#filters, this.#most);
    if (rows) for (const point of points) this.found.set(point, await this.#among(rows, point));
    else for (const half of halvesOf(points)) await this.look(half);
  }

  async #alone({ latitude, longitude, enough }: AskedPoint): Promise<NearestFence | undefined> {
    const upTo = (meters: number) =>
      nearestFence({ tenant: this.#tenant, near: { latitude, longitude, meters }, filters: this.#filters });
    const body = (await upTo(enough)) ?? (await upTo(this.#within));
    if (!body) return undefined;
    const { id, shape } = readBody(body);
    return { id, meters: Math.max(0, distanceToEdgeMeters(shape.geometry, latitude, longitude)) };
  }

  /** Measures candidates in the order of their least possible distance, until no other one can be nearer. */
  async #among(rows: readonly ThinRow[], point: AskedPoint): Promise<NearestFence | undefined> {
    const most = Math.max(this.#within, point.enough);
    const near = rows
      .map((row) => ({ id: row.sk, least: leastMeters(row, point) }))
      .filter(({ least }) => least <= most)
      .sort((a, b) => a.least - b.least);
    let best: NearestFence | undefined;
    for (const { id, least } of near) {
      if (best && (best.meters <= point.enough || best.meters <= least)) return best;
      const fence = await this.#read(id);
      if (!fence?.passes) continue;
      const meters = Math.max(0, fence.measure(point.latitude, point.longitude));
      if (meters <= most && (!best || meters < best.meters)) best = { id, meters };
    }
    return best;
  }

  async #read(id: string): Promise<Measured | undefined> {
    if (this.#kept.has(id)) return this.#kept.get(id);
    const [body] = await bodiesOf(this.#tenant, [id]);
    const fence = body && readBody(body);
    const read = fence && {
      id,
      passes: passes(filterable(fence), this.#filters),
      measure: edgeMeasure(fence.shape.geometry),
    };
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= mostKept) this.#kept.delete(oldest!);
    this.#kept.set(id, read);
    return read;
  }
}

function boxOf(points: readonly AskedPoint[]) {
  const latitudes = points.map(({ latitude }) => latitude);
  const longitudes = points.map(({ longitude }) => longitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)] as const;
}

/** Two halves, beside each other along the longer side of the box. */
function halvesOf(points: readonly AskedPoint[]): [readonly AskedPoint[], readonly AskedPoint[]] {
  const [west, south, east, north] = boxOf(points);
  const axis = east - west > north - south ? 'longitude' : 'latitude';
  const sorted = points.toSorted((a, b) => a[axis] - b[axis]);
  const middle = sorted.length >> 1;
  return [sorted.slice(0, middle), sorted.slice(middle)];
}
