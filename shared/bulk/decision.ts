import { geometryContains } from '../geo/contains.ts';
import { distanceMeters, roundDegrees } from '../geo/sphere.ts';
import type { Geocode } from '../geocoding/geocode.ts';
import { postponed } from '../geocoding/geocode.ts';
import type { Point } from '../geofences/match.ts';
import { type ContainingFence, nearer, type Surroundings } from '../geofences/surroundings.ts';
import type { BulkItem } from './item.ts';
import type { ItemCode, Strategy } from './wire.ts';

/** The decisions about the items of a batch. They are made once, in the order of the items. */

/** Where an item lies, or why its place is unknown. */
export type Located = Place | ItemError;

export interface Place extends Point {
  readonly kind: 'place';
  readonly label: string | null;
  /** Null when the caller gave the point. */
  readonly confidence: number | null;
}

export interface ItemError {
  readonly kind: 'error';
  readonly code: ItemCode;
  readonly message: string;
}

/** A geofence that contains the point. `itemIndex` is present when an earlier item of the batch is to create it. */
export interface Match extends ContainingFence {
  readonly itemIndex?: number;
}

/**
 * `matches` are nearest first. Geofences that the batch itself is to create may fail, so several of them are listed,
 * followed by the nearest geofence that existed before the batch. Farther geofences are irrelevant and left out.
 */
export type Decision =
  | (ItemError & { readonly index: number })
  | { readonly kind: 'duplicate'; readonly index: number; readonly matches: readonly Match[] }
  | Creation;

export interface Creation extends Omit<Place, 'kind'> {
  readonly kind: 'create';
  readonly index: number;
  /** The id of the geofence to be created. */
  readonly id: string;
  readonly matches: readonly Match[];
}

/** @param geocodes results for the items that need one, in their order */
export function locate(items: readonly BulkItem[], geocodes: readonly (Geocode | undefined)[]): Located[] {
  let next = 0;
  return items.map((item) => {
    if (item.tagFault !== undefined) return { kind: 'error', code: 'INVALID_TAGS', message: item.tagFault };
    if (!item.point) return located(geocodes[next++] ?? postponed('throttled'));
    const { latitude, longitude, label } = item.point;
    return {
      kind: 'place',
      latitude: roundDegrees(latitude),
      longitude: roundDegrees(longitude),
      label,
      confidence: null,
    };
  });
}

function located(geocode: Geocode): Located {
  if (geocode.kind === 'found') {
    const { latitude, longitude, label, confidence } = geocode;
    return { kind: 'place', latitude, longitude, label, confidence };
  }
  const code = geocode.kind === 'failed' ? 'GEOCODE_FAILED' : 'GEOCODER_RATE_LIMIT';
  return { kind: 'error', code, message: geocode.message };
}

interface Undecided {
  readonly items: readonly BulkItem[];
  readonly places: readonly Located[];
  /** The surroundings of each item's place before the batch. */
  readonly surroundings: readonly Surroundings[];
  readonly strategy: Strategy;
  /** One id per item, ascending. */
  readonly ids: readonly string[];
}

/**
 * Decides in the order of the items: a geofence that an earlier item is to create counts as existing for later items.
 * Under `fail`, the first duplicate is the last decision.
 */
export function decideItems({ items, places, surroundings, strategy, ids }: Undecided): Decision[] {
  const decisions: Decision[] = [];
  const planned: Planned[] = [];
  for (const [i, item] of items.entries()) {
    const place = places[i]!;
    const { index } = item;
    if (place.kind === 'error') {
      decisions.push({ ...place, index });
      continue;
    }
    const { containing, isFull } = surroundings[i]!;
    const matches = matchesOf(place, containing, planned);
    if (matches.length > 0 && strategy !== 'override' && !item.override) {
      decisions.push({ kind: 'duplicate', index, matches });
      if (strategy === 'fail') break;
      continue;
    }
    if (isFull) {
      decisions.push({ ...noRoom, index });
      continue;
    }
    const id = ids[i]!;
    decisions.push({ ...place, kind: 'create', index, id, matches });
    planned.push({ id, index, name: item.name, place, radiusMeters: item.bufferMeters });
  }
  return decisions;
}

/**
 * Checked only in the cells of the geofence's centre, not in every cell that it reaches: the decision has read those
 * cells already.
 */
const noRoom: ItemError = {
  kind: 'error',
  code: 'CREATE_FAILED',
  message: 'Too many geofences lie at this place; delete some of them',
};

/** A geofence that an earlier item is to create. */
interface Planned {
  readonly id: string;
  readonly index: number;
  readonly name: string;
  readonly place: Place;
  readonly radiusMeters: number;
}

/** No buffer reaches over this difference of latitude, so most pairs of a large batch need no exact test. */
const farApartDegrees = 0.1;

/**
 * The most matches among geofences of the batch. Without a limit, each of a thousand items forced into one place would
 * list all before it.
 */
const mostMatches = 8;

function matchesOf(place: Place, existing: readonly ContainingFence[], planned: readonly Planned[]): Match[] {
  const { latitude, longitude } = place;
  const inBatch = planned
    .filter((one) => Math.abs(one.place.latitude - latitude) < farApartDegrees && holds(one, place))
    .map(({ id, index, name, place: { latitude: y, longitude: x } }): Match => {
      return { geofenceId: id, name, distanceMeters: distanceMeters(y, x, latitude, longitude), itemIndex: index };
    });
  const nearest = existing.slice(0, 1);
  const ahead = inBatch.filter((match) => nearest.every((first) => nearer(match, first) < 0)).sort(nearer);
  return [...ahead.slice(0, mostMatches), ...nearest];
}

function holds({ place, radiusMeters }: Planned, { latitude, longitude }: Place): boolean {
  return geometryContains(
    { type: 'Circle', center: [place.longitude, place.latitude], radiusMeters },
    latitude,
    longitude,
  );
}
