import { numberOf } from '../forms/given.ts';
import type { Within } from '../forms/schema.ts';
import type { PlaceToCheck } from '../forms/validate.ts';
import { distanceToEdgeMeters } from '../geo/contains.ts';
import type { Geometry } from '../geo/geometry.ts';
import { listNear } from '../geofences/near-list.ts';
import { type BodyRow, readBody } from '../geofences/rows.ts';
import type { JsonObject } from '../json/exact.ts';
import type { FieldFailure } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { SubmissionFlag } from './wire.ts';

/** Comparing places of a submission with geofences as they are now. */

const main = new Table('main');

/** Geofences that are farther away are not told. */
const nearestWithin = 10_000;
/** A submission may have thousands of places. As many failures are told, and as many flags fit into its row. */
const mostTold = 100;
/** A point may have any accuracy; no geofence is looked for beyond this. */
const farthest = 100_000;

interface Point {
  readonly latitude: number;
  readonly longitude: number;
  /** By how much the distance may exceed the edge: the allowed distance, and the accuracy if the rule uses it. */
  readonly tolerance: number;
}

interface Distance {
  /** 0 inside. */
  readonly meters: number;
  readonly geofenceId: string;
}

export interface CheckedPlaces {
  readonly flags: SubmissionFlag[];
  readonly failures: FieldFailure[];
  /** `details.within_geofence`, beside the failures. */
  readonly refused: Omit<SubmissionFlag, 'type'>[];
}

function pointsOf({ field, value }: PlaceToCheck): Point[] {
  const { maxDistanceMeters, useAccuracy } = field.within!;
  const list = field.type === 'geopoint' ? [value] : (value.points as readonly JsonObject[]);
  return list.map((point) => ({
    latitude: numberOf(point.latitude)!,
    longitude: numberOf(point.longitude)!,
    tolerance: maxDistanceMeters + (useAccuracy ? (numberOf(point.accuracy) ?? 0) : 0),
  }));
}

const metersTo = (geometry: Geometry, { latitude, longitude }: Point): number =>
  Math.max(0, distanceToEdgeMeters(geometry, latitude, longitude));

/** The nearest of the geofences with a tag or in a group, up to a distance; any of those with the same millimetre. */
async function nearest(tenant: Tenant, { tag, groupName }: Within, point: Point, meters: number) {
  const { latitude, longitude } = point;
  const { rows } = await listNear({
    tenant,
    near: { latitude, longitude, meters },
    filters: { status: 'active', tag: tag === undefined ? [] : [tag], group: groupName },
    page: { limit: 1, offset: 0, after: undefined, counted: false },
  });
  const [fence] = rows.map(({ item }) => item);
  return fence && { meters: metersTo(fence.geometry as Geometry, point), geofenceId: fence.id };
}

interface Verdict {
  readonly isInside: boolean;
  readonly distance: Distance | undefined;
  /** The geofence that the rule names is deleted or inactive: the form's author has to act, not the collector. */
  readonly isGone?: boolean;
}

type Fences = Map<string, ReturnType<typeof readBody> | undefined>;

/** @param fences those that were read already, by their ids */
async function judge(tenant: Tenant, place: PlaceToCheck, fences: Fences): Promise<Verdict> {
  const within = place.field.within!;
  const points = pointsOf(place);
  if (within.geofenceId === undefined) {
    const [point] = points as [Point];
    const match = await nearest(tenant, within, point, Math.min(farthest, point.tolerance));
    if (match) return { isInside: true, distance: match };
    return { isInside: false, distance: await nearest(tenant, within, point, nearestWithin) };
  }
  if (!fences.has(within.geofenceId)) {
    const row = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, within.geofenceId));
    fences.set(within.geofenceId, row && readBody(row));
  }
  const fence = fences.get(within.geofenceId);
  if (fence?.status !== 'active') return { isInside: false, distance: undefined, isGone: true };
  const outside = points
    .map((point) => ({ meters: metersTo(fence.shape.geometry, point), tolerance: point.tolerance }))
    .filter(({ meters, tolerance }) => meters > tolerance);
  const meters = outside.reduce((most, one) => Math.max(most, one.meters), 0);
  return { isInside: outside.length === 0, distance: { meters, geofenceId: fence.id } };
}

/** To the next decimetre, so that a point outside is never 0 m away; a rule that allows this distance takes it. */
const roundedUp = (meters: number): number => Math.ceil(meters * 10) / 10;

/** Compares every place with its rule; traces and routes with each of their points. */
export async function checkPlaces(tenant: Tenant, places: readonly PlaceToCheck[]): Promise<CheckedPlaces> {
  const result: CheckedPlaces = { flags: [], failures: [], refused: [] };
  const fences: Fences = new Map();
  // One after the other: a row of a repeat may hold a place, and a repeat a thousand rows.
  for (const place of places) {
    const { isInside, distance, isGone = false } = await judge(tenant, place, fences);
    if (isInside) continue;
    const known = distance && distance.meters <= nearestWithin ? distance : undefined;
    const told = {
      field: place.path,
      distance_meters: known ? roundedUp(known.meters) : null,
      geofence_id: known?.geofenceId ?? null,
    };
    if (isGone || place.field.within!.mode === 'flag') {
      if (result.flags.length < mostTold) result.flags.push({ type: 'within_geofence', ...told });
    } else if (result.failures.length < mostTold) {
      const where = told.distance_meters === null ? 'More than 10 km' : `${told.distance_meters} m`;
      const msg = place.field.rules.message ?? `${where} outside of the area where this may be collected`;
      result.failures.push({ type: 'within_geofence', loc: place.loc, msg });
      result.refused.push(told);
    }
  }
  return result;
}
