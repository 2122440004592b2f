import { fixOf } from '../locations/row.ts';
import { endPointOf } from '../locations/track.ts';
import type { Span } from '../table/ids.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { legsAt } from './around.ts';
import { type Current, isOpen, isPresent, type Place } from './current.ts';
import { millimetersBetween, placeOf } from './tally.ts';
import type { Count, Leg } from './trip.ts';

/** Counts points of a device in the trips that they belong to, in the transaction that stores them. */

const main = new Table('main');

/** The device before the points are stored. */
export interface Before {
  /** Its newest trip; undefined if it never had one. */
  readonly trip: Current | undefined;
  readonly firstAt: number | undefined;
  readonly newestAt: number | undefined;
}

/** The counts after the points. */
export interface Counted {
  readonly trip: Current | undefined;
  /** What is added to trips that have ended, by their ids. */
  readonly ended: ReadonlyMap<string, Count>;
}

/** The most writes that storing a point needs: its row, and the row of a trip that has ended. */
export const writesOfPoint = (trip: Current | undefined, { at }: Place): number => (isPresent(trip, at) ? 1 : 2);

/**
 * A point that is inserted splits the way from the point before to the point after. Points of one transaction are
 * inserted one after the other.
 *
 * @param points that are not stored yet, in order of time
 */
export async function countInTrips(
  tenant: TenantReference,
  deviceId: string,
  before: Before,
  points: readonly Place[],
): Promise<Counted> {
  let { trip } = before;
  const ended = new Map<string, Count>();
  if (!trip) return { trip, ended };
  const instants = points.map(({ at }) => at);
  const legAt = await legsAt(tenant, deviceId, trip, instants);
  const gaps = new Gaps(tenant, deviceId, before);
  for (const point of points) {
    const isNow = isPresent(trip, point.at);
    if (isNow && trip.status !== 'ACTIVE') continue;
    const leg = isNow ? { tripId: trip.id, from: trip.at, to: Number.POSITIVE_INFINITY } : legAt(point.at);
    if (!leg) continue;
    const isNewest: boolean = isNow && (trip.last === undefined || point.at > trip.last.at);
    const millimeters: number = isNewest ? millimetersBetween(trip.last, point) : await gaps.put(leg, point);
    if (isOpen(trip) && leg.tripId === trip.id) {
      trip = { ...added(trip, millimeters), ...(isNewest ? { last: placeOf(point) } : {}) };
    } else {
      ended.set(leg.tripId, added(ended.get(leg.tripId) ?? { points: 0, millimeters: 0 }, millimeters));
    }
  }
  return { trip, ended };
}

const added = <C extends Count>(count: C, millimeters: number): C => ({
  ...count,
  points: count.points + 1,
  millimeters: count.millimeters + millimeters,
});

/** The gaps between stored points into which new ones are inserted, in order of time. */
class Gaps {
  readonly #tenant: TenantReference;
  readonly #deviceId: string;
  readonly #stored: Span | undefined;
  /** The gap of the last point. */
  #gap: { readonly leg: Leg; readonly before: Place | undefined; readonly after: Place | undefined } | undefined;

  constructor(tenant: TenantReference, deviceId: string, { firstAt, newestAt }: Before) {
    [this.#tenant, this.#deviceId] = [tenant, deviceId];
    this.#stored = firstAt === undefined || newestAt === undefined ? undefined : { from: firstAt, to: newestAt };
  }

  /**
   * @returns by how much the way along a leg becomes longer; due to rounding, it may become some millimetres shorter
   */
  async put(leg: Leg, point: Place): Promise<number> {
    const gap = this.#gap;
    const isSame = gap && gap.leg.from === leg.from && (gap.after === undefined || gap.after.at > point.at);
    const { before, after } = isSame ? gap : await this.#gapAt(leg, point, gap?.leg.from === leg.from);
    this.#gap = { leg, before: point, after };
    return millimetersBetween(before, point) + millimetersBetween(point, after) - millimetersBetween(before, after);
  }

  async #gapAt(leg: Leg, { at }: Place, isPutIn: boolean) {
    const [before, after] = await Promise.all([
      this.#end({ from: leg.from, to: at - 1 }, 'last'),
      this.#end({ from: at + 1, to: leg.to }, 'first'),
    ]);
    // The point that was inserted last is not stored yet.
    const put = isPutIn ? this.#gap?.before : undefined;
    return { before: put && put.at > (before?.at ?? 0) ? put : before, after };
  }

  async #end({ from, to }: Span, end: 'first' | 'last'): Promise<Place | undefined> {
    if (!this.#stored) return undefined;
    const span = { from: Math.max(from, this.#stored.from), to: Math.min(to, this.#stored.to) };
    const row = await endPointOf(this.#tenant, this.#deviceId, span, end);
    return row && fixOf(row);
  }
}

/** Adds the points of trips that have ended to their counts. */
export function addToEnded(
  transaction: Transaction,
  tenant: TenantReference,
  deviceId: string,
  { ended }: Counted,
): void {
  for (const [id, { points, millimeters }] of ended) {
    const add = {
      expression: 'ADD #points :points, #millimeters :millimeters',
      names: { '#points': 'points', '#millimeters': 'millimeters' },
      values: { ':points': points, ':millimeters': millimeters },
    };
    const exists = { expression: 'attribute_exists(pk)' };
    transaction.update(main, tripKeys.trip(tenant, deviceId, id), add, exists, lostRace);
  }
}
