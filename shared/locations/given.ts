import * as z from 'zod';
import { isTooFarAhead } from '../devices/clock.ts';
import { Faulty, orFaulty } from '../http/each-item.ts';
import { DeviceLocationPoint, LocationPoint } from '../wire/location-point.ts';

/** Points as bodies and messages give them. They are independent: an invalid point does not refuse the others. */

/** The most points of one request. */
export const mostPoints = 1000;

export const pointFaults = ['POINT_INVALID', 'TIMESTAMP_IN_FUTURE', 'DEVICE_UNKNOWN'] as const;
export type PointFault = (typeof pointFaults)[number];

/** Why a point is refused. */
export interface Refusal {
  readonly code: PointFault;
  readonly message: string;
}

/** A point whose time is known. */
export type GoodPoint = Omit<LocationPoint, 'recordedAt'> & {
  /** Milliseconds since 1970. */
  readonly recordedAt: number;
};

const listOf = <T extends z.ZodType>(point: T, reference: string) =>
  z.array(orFaulty(point).meta({ reference })).min(1).max(mostPoints);

/** One point, or a list of points. The API document shows only the list, since code generators cannot handle both. */
export const Points = z
  .preprocess(
    (given) => (typeof given === 'object' && given !== null && !Array.isArray(given) ? [given] : given),
    listOf(LocationPoint, 'LocationPoint'),
  )
  .meta({ example: [LocationPoint.meta()!.example] });
export type GivenPoint = z.output<typeof Points>[number];

/** Points of many devices, each with its device. */
export const DevicePoints = listOf(DeviceLocationPoint, 'DeviceLocationPoint').meta({
  example: [DeviceLocationPoint.meta()!.example],
});
export type GivenDevicePoint = z.output<typeof DevicePoints>[number];

/** The limits for the time of a point. */
export interface Bounds {
  /** When the point was received, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly retentionDays: number;
  /** Whether it is the only point of its request: then its time may be left out. */
  readonly isAlone: boolean;
}

const millisecondsPerDay = 86_400_000;

/** A point that may be stored, or why it may not. */
export function boundedPoint(point: GivenPoint, bounds: Bounds): GoodPoint | Refusal {
  const invalid = (message: string): Refusal => ({ code: 'POINT_INVALID', message });
  if (point instanceof Faulty) return invalid(point.message);
  const { receivedAt, retentionDays, isAlone } = bounds;
  if (point.recordedAt === undefined && !isAlone) return invalid('recordedAt: Field required');
  const recordedAt = point.recordedAt ?? receivedAt;
  if (isTooFarAhead(recordedAt, receivedAt)) {
    return { code: 'TIMESTAMP_IN_FUTURE', message: 'recordedAt is in the future' };
  }
  if (recordedAt < receivedAt - retentionDays * millisecondsPerDay) {
    return invalid(`recordedAt: Should be at most ${retentionDays} days ago, which is how long points are kept`);
  }
  return { ...point, recordedAt };
}

export const isRefusal = (read: GoodPoint | Refusal): read is Refusal => 'code' in read;
