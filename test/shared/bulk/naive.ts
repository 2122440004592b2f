/**
 * Bulk creation as a loop over a list: the outcome that the pipeline must reach, whatever its queues and crashes do. It
 * is written from the documented rules, without any of the product's code.
 */

export interface NaiveFence {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly radiusMeters: number;
  /** Half the sides in degrees, if the fence is a box; its radius is then ignored. */
  readonly box?: readonly [latitude: number, longitude: number];
}

export interface NaiveItem {
  readonly name: string;
  /** Undefined if the address is not found, null if the geocoder accepts no more. */
  readonly point: readonly [latitude: number, longitude: number] | undefined | null;
  readonly radiusMeters: number;
  readonly override: boolean;
  readonly skipped: boolean;
  readonly badTags: boolean;
}

export interface NaiveBatch {
  readonly strategy: 'skip' | 'override' | 'fail';
  readonly waits: boolean;
  readonly items: readonly NaiveItem[];
}

export type NaiveResult =
  | { index: number; status: 'error'; code: string }
  | { index: number; status: 'created'; id: string; match?: NaiveMatch }
  | { index: number; status: 'duplicate'; match: NaiveMatch };

interface NaiveMatch {
  readonly id: string | null;
  readonly name: string;
  readonly meters: number;
  readonly item?: number;
}

export interface NaiveOutcome {
  readonly state: 'completed' | 'aborted' | 'timeout';
  readonly results: NaiveResult[];
}

const earthMeters = 6_371_008.7714;

/** The distance computed from the chord between two points of the sphere. */
function meters(a: readonly [number, number], b: readonly [number, number]): number {
  const vector = ([latitude, longitude]: readonly [number, number]) => {
    const [y, x] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
    return [Math.cos(y) * Math.cos(x), Math.cos(y) * Math.sin(x), Math.sin(y)];
  };
  const [from, to] = [vector(a), vector(b)];
  return 2 * earthMeters * Math.asin(Math.hypot(...from.map((part, i) => part - to[i]!)) / 2);
}

function holds(fence: NaiveFence, point: readonly [number, number]): boolean {
  const { latitude, longitude, radiusMeters, box } = fence;
  if (!box) return meters([latitude, longitude], point) <= radiusMeters;
  return Math.abs(point[0] - latitude) <= box[0] && Math.abs(point[1] - longitude) <= box[1];
}

/** @param idOf the id of the fence that was created for the item, if one was */
export function decideNaively(
  standing: NaiveFence[],
  batch: NaiveBatch,
  idOf: (index: number) => string,
): NaiveOutcome {
  const fences = [...standing];
  const results: NaiveResult[] = [];
  const madeBy = new Map<NaiveFence, number>();
  const live = batch.items.flatMap((item, index) => (item.skipped ? [] : [{ item, index }]));
  const unknown = live.some(({ item }) => !item.badTags && item.point === null);
  if (batch.strategy === 'fail' && batch.waits && unknown) return { state: 'timeout', results: [] };
  for (const { item, index } of live) {
    if (item.badTags) results.push({ index, status: 'error', code: 'INVALID_TAGS' });
    else if (item.point === undefined) results.push({ index, status: 'error', code: 'GEOCODE_FAILED' });
    else if (item.point === null) results.push({ index, status: 'error', code: 'GEOCODER_RATE_LIMIT' });
    else {
      const { point } = item;
      const [nearest] = fences
        .filter((fence) => holds(fence, point))
        .map((fence) => ({ fence, distance: meters([fence.latitude, fence.longitude], point) }))
        .sort((a, b) =>
          Math.abs(a.distance - b.distance) > 1e-6 ? a.distance - b.distance : a.fence.id < b.fence.id ? -1 : 1,
        );
      const match = nearest && {
        id: nearest.fence.id,
        name: nearest.fence.name,
        meters: Math.round(nearest.distance * 10) / 10,
      };
      if (match && batch.strategy !== 'override' && !item.override) {
        if (batch.strategy === 'fail') return aborted(results, index, match, madeBy.get(nearest.fence));
        results.push({ index, status: 'duplicate', match });
        continue;
      }
      const id = idOf(index);
      const fence = { id, name: item.name, latitude: point[0], longitude: point[1], radiusMeters: item.radiusMeters };
      fences.push(fence);
      madeBy.set(fence, index);
      results.push({ index, status: 'created', id, ...(match ? { match } : {}) });
    }
  }
  standing.push(...fences.slice(standing.length));
  return { state: 'completed', results };
}

/** Nothing is created: results that would have been created are omitted, and a match with one of them has no id. */
function aborted(results: NaiveResult[], index: number, match: NaiveMatch, item: number | undefined): NaiveOutcome {
  const shown = item === undefined ? match : { ...match, id: null, item };
  const errors = results.filter(({ status }) => status === 'error');
  return { state: 'aborted', results: [...errors, { index, status: 'duplicate', match: shown }] };
}
