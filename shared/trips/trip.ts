import { plans } from '../tenancy/plans.ts';
import type { Plan } from '../tenancy/tenant.ts';

/** A trip of a device: what the API calls a tracking session. Instants are in milliseconds since 1970. */

export const tripStatuses = ['ACTIVE', 'PAUSED', 'ENDED'] as const;
export type TripStatus = (typeof tripStatuses)[number];

type Pause = readonly [pausedAt: number, resumedAt: number | null];

/** The counts of a trip: its points, and the way along them. */
export interface Count {
  readonly points: number;
  /** A whole number, so that the sum does not depend on the order of the points. */
  readonly millimeters: number;
}

/** A trip's row. While the trip is open, the head of its device has its count. */
export interface TripRow extends Count {
  /** Its id: a UUIDv7 of its start. */
  readonly sk: string;
  readonly name?: string;
  readonly status: TripStatus;
  readonly startedAt: number;
  /**
   * The first instant of the trip. A point exactly at the end of the previous trip belongs to that one, unless it was
   * paused.
   */
  readonly from: number;
  readonly endedAt?: number;
  /** JSON. */
  readonly pauses: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
  /** The end of its retention, in seconds since 1970; absent while it is open. */
  readonly ttl?: number;
}

/** What people have written to a trip. */
export interface TripBody {
  /** JSON. */
  readonly metadata: string;
  readonly notes: string;
}

/** A part of a trip without a pause; both ends included. */
export interface Leg {
  readonly tripId: string;
  readonly from: number;
  readonly to: number;
}

export const pausesOf = ({ pauses }: Pick<TripRow, 'pauses'>): Pause[] => JSON.parse(pauses) as Pause[];

type Times = Pick<TripRow, 'startedAt' | 'from' | 'endedAt' | 'pauses'>;

/** The last instant at which something was done to a trip; nothing can be done before it. */
export function lastStepOf({ startedAt, endedAt, ...row }: Times): number {
  const [pausedAt, resumedAt] = pausesOf(row).at(-1) ?? [startedAt, null];
  return endedAt ?? resumedAt ?? pausedAt;
}

/** Where a leg begins that follows a pause. The instant at which the pause began belongs to the leg before. */
export const afterPause = (pausedAt: number, resumedAt: number): number => Math.max(resumedAt, pausedAt + 1);

/** In order of time. */
export function legsOf({ sk: tripId, from: first, endedAt, ...row }: Times & Pick<TripRow, 'sk'>): Leg[] {
  const legs: Leg[] = [];
  let from: number | undefined = first;
  for (const [pausedAt, resumedAt] of pausesOf(row)) {
    legs.push({ tripId, from, to: pausedAt });
    from = resumedAt === null ? undefined : afterPause(pausedAt, resumedAt);
    if (from === undefined) break;
  }
  if (from !== undefined) legs.push({ tripId, from, to: endedAt ?? Number.POSITIVE_INFINITY });
  return legs.filter((leg) => leg.from <= leg.to);
}

/** How long it took up to now, without its pauses. */
export function secondsOf(trip: Times, now: number): number {
  const end = trip.endedAt ?? Math.max(now, lastStepOf(trip));
  const paused = pausesOf(trip).reduce((sum, [pausedAt, resumedAt]) => sum + (resumedAt ?? end) - pausedAt, 0);
  return Math.floor((end - trip.startedAt - paused) / 1000);
}

const secondsPerDay = 86_400;

/** The end of the retention of a trip that ended at an instant, in seconds since 1970. */
export const retainedUntil = (plan: Plan, endedAt: number): number =>
  Math.ceil(endedAt / 1000) + plans[plan].limits.location_retention_days * secondsPerDay;

/** Whether a row is still kept: DynamoDB may delete it days after its retention. */
export const isKept = ({ ttl }: Pick<TripRow, 'ttl'>): boolean => ttl === undefined || ttl > Date.now() / 1000;
