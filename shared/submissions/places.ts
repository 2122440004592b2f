import { numberOf } from '../forms/given.ts';
import type { Within } from '../forms/schema.ts';
import type { PlaceToCheck } from '../forms/validate.ts';
import { edgeMeasure } from '../geo/contains.ts';
import { nearestOfEach } from '../geofences/nearest-of-each.ts';
import { type BodyRow, readBody } from '../geofences/rows.ts';
import type { JsonObject } from '../json/exact.ts';
import type { FieldFailure } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { SubmissionFlag } from './wire.ts';

/** Comparing places of a submission with geofences as they are now. */

const main = new Table('main');

/** Geofences farther away than this are not named. */
const nearestWithin = 10_000;
/**
 * A submission may have thousands of places. At most this many failures are reported, and this many flags fit into its
 * row.
 */
const mostReported = 100;
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

interface Verdict {
  readonly isInside: boolean;
  readonly distance: Distance | undefined;
  /** The geofence that the rule names is deleted or inactive: the form's author has to act, not the collector. */
  readonly isGone?: boolean;
}

/** Judges places whose rules ask for the geofences with one tag, or in one group. */
async function judgeByKind(tenant: Tenant, places: readonly PlaceToCheck[]): Promise<Verdict[]> {
  const { tag, groupName } = places[0]!.field.within!;
  const points = places.map((place) => {
    const [{ latitude, longitude, tolerance }] = pointsOf(place) as [Point];
    return { latitude, longitude, enough: Math.min(farthest, tolerance) };
  });
  const filters = { status: 'active', tag: tag === undefined ? [] : [tag], group: groupName } as const;
  const nearest = await nearestOfEach(tenant, filters, points, nearestWithin);
  return nearest.map((fence, i) => ({
    isInside: fence !== undefined && fence.meters <= points[i]!.enough,
    distance: fence && { meters: fence.meters, geofenceId: fence.id },
  }));
}

/** Judges places whose rules name one geofence. */
async function judgeByName(tenant: Tenant, places: readonly PlaceToCheck[]): Promise<Verdict[]> {
  const row = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, places[0]!.field.within!.geofenceId!));
  const fence = row && readBody(row);
  if (fence?.status !== 'active') return places.map(() => ({ isInside: false, distance: undefined, isGone: true }));
  const measure = edgeMeasure(fence.shape.geometry);
  return places.map((place) => {
    const outside = pointsOf(place)
      .map(({ latitude, longitude, tolerance }) => ({ meters: Math.max(0, measure(latitude, longitude)), tolerance }))
      .filter(({ meters, tolerance }) => meters > tolerance);
    const meters = outside.reduce((most, one) => Math.max(most, one.meters), 0);
    return { isInside: outside.length === 0, distance: { meters, geofenceId: fence.id } };
  });
}

/**
 * The verdicts, in the order of the places. Those with the same geofences are judged together: a repeat may have a
 * thousand rows.
 */
async function judge(tenant: Tenant, places: readonly PlaceToCheck[]): Promise<Verdict[]> {
  const ruleOf = ({ geofenceId, tag, groupName }: Within) => JSON.stringify([geofenceId, tag, groupName]);
  const verdicts = new Map<PlaceToCheck, Verdict>();
  for (const alike of Map.groupBy(places, ({ field }) => ruleOf(field.within!)).values()) {
    const isNamed = alike[0]!.field.within!.geofenceId !== undefined;
    const judged = await (isNamed ? judgeByName : judgeByKind)(tenant, alike);
    for (const [i, verdict] of judged.entries()) verdicts.set(alike[i]!, verdict);
  }
  return places.map((place) => verdicts.get(place)!);
}

/**
 * To the next decimetre, so that a point outside is never 0 m away; a rule that allows the shown distance accepts the
 * point.
 */
const roundedUp = (meters: number): number => Math.ceil(meters * 10) / 10;

/** Compares every place with its rule; traces and routes with each of their points. */
export async function checkPlaces(tenant: Tenant, places: readonly PlaceToCheck[]): Promise<CheckedPlaces> {
  const result: CheckedPlaces = { flags: [], failures: [], refused: [] };
  const verdicts = await judge(tenant, places);
  for (const [i, place] of places.entries()) {
    const { isInside, distance, isGone = false } = verdicts[i]!;
    if (isInside) continue;
    const near = distance && distance.meters <= nearestWithin ? distance : undefined;
    const reported = {
      field: place.path,
      distance_meters: near ? roundedUp(near.meters) : null,
      geofence_id: near?.geofenceId ?? null,
    };
    if (isGone || place.field.within!.mode === 'flag') {
      if (result.flags.length < mostReported) result.flags.push({ type: 'within_geofence', ...reported });
    } else if (result.failures.length < mostReported) {
      const where = reported.distance_meters === null ? 'More than 10 km' : `${reported.distance_meters} m`;
      const msg = place.field.rules.message ?? `${where} outside of the area where this may be collected`;
      result.failures.push({ type: 'within_geofence', loc: place.loc, msg });
      result.refused.push(reported);
    }
  }
  return result;
}
