import { distanceMeters } from '../../../shared/geo/sphere.ts';
import type { Fix } from '../../../shared/transitions/fence.ts';

/** The content of a trip, computed naively point by point. */

/** Instants in milliseconds since 1970; null: not yet. */
export interface NaiveTrip {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly pauses: readonly { readonly pausedAt: number; readonly resumedAt: number | null }[];
}

const later = Number.POSITIVE_INFINITY;

const isIn = ({ startedAt, endedAt, pauses }: NaiveTrip, at: number): boolean =>
  at >= startedAt &&
  at <= (endedAt ?? later) &&
  !pauses.some(({ pausedAt, resumedAt }) => at > pausedAt && at < (resumedAt ?? later));

/** @param trips in order of their starts: where one ends and the next begins, the point belongs to the former */
export const tripOf = (trips: readonly NaiveTrip[], at: number): NaiveTrip | undefined =>
  trips.find((trip) => isIn(trip, at));

export function naiveCount(trips: readonly NaiveTrip[], trip: NaiveTrip, stored: readonly Fix[]) {
  const points = stored.filter(({ at }) => tripOf(trips, at) === trip).sort((a, b) => a.at - b.at);
  const legOf = (at: number) => trip.pauses.filter(({ pausedAt }) => pausedAt < at).length;
  let millimeters = 0;
  for (const [i, b] of points.entries()) {
    const a = points[i - 1];
    if (!a || legOf(a.at) !== legOf(b.at)) continue;
    millimeters += Math.round(distanceMeters(a.latitude, a.longitude, b.latitude, b.longitude) * 1000);
  }
  return { points, millimeters };
}
