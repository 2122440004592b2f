import { distanceMeters } from '../geo/sphere.ts';
import { fixOf } from '../locations/row.ts';
import { pagesOf } from '../locations/track.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Place, TripHead } from './current.ts';
import type { Count } from './trip.ts';

/** The way between two points. Each is rounded by itself, so that sums do not depend on the order of adding. */
export const millimetersBetween = (a: Place | undefined, b: Place | undefined): number =>
  a && b ? Math.round(distanceMeters(a.latitude, a.longitude, b.latitude, b.longitude) * 1000) : 0;

export const placeOf = ({ at, latitude, longitude }: Place): Place => ({ at, latitude, longitude });

/** Some 750 kB: a page of DynamoDB has 1 MB. */
const rowsPerPage = 5000;

/** Counts the stored points from an instant on, up to the newest one. */
export class Tally implements Count {
  points = 0;
  millimeters = 0;
  last: Place | undefined;
  readonly #from: number;
  readonly #before: Place | undefined;
  /** The write of the device up to which the points are counted. */
  #sequence: number | undefined;

  /** @param before the way from this place to the first point is counted too */
  constructor(from: number, before?: Place) {
    this.#from = from;
    this.#before = before;
    this.last = before;
  }

  /**
   * Continues the count if points have arrived since, so that a long track is not read again because of one new point.
   */
  async countUpTo(tenant: TenantReference, deviceId: string, head: TripHead): Promise<void> {
    if (this.#sequence === undefined || (head.lateSequence ?? 0) > this.#sequence) this.#reset();
    const { firstAt, newestAt } = head;
    if (firstAt !== undefined && newestAt !== undefined) {
      const from = Math.max(this.#from, firstAt, this.last === undefined ? 0 : this.last.at + 1);
      const walk = { pageSize: () => rowsPerPage };
      for await (const page of pagesOf(tenant, deviceId, { from, to: newestAt }, walk)) {
        for (const row of page.rows) this.#add(fixOf(row));
      }
    }
    this.#sequence = head.sequence ?? 0;
  }

  #reset(): void {
    [this.points, this.millimeters, this.last] = [0, 0, this.#before];
  }

  #add(place: Place): void {
    this.points += 1;
    this.millimeters += millimetersBetween(this.last, place);
    this.last = placeOf(place);
  }
}
