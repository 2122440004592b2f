import type { Caller } from '../auth/caller.ts';
import type { PointFault } from '../locations/given.ts';
import type { StoredPoint } from '../locations/row.ts';
import { PointsMessage } from '../messages/tracking.ts';
import { sendTo } from '../queue/sender.ts';

/** What becomes of the points of a request. */

/** The most points that are stored before the response. */
export const mostAtOnce = 100;
/** Below the 256 KB that every queue takes. */
const mostMessageBytes = 200_000;

/** The valid points of a request, and the errors of the others. */
export class Sorted {
  readonly points: StoredPoint[] = [];
  readonly errors: { index: number; error_code: PointFault; message: string }[] = [];
  duplicates = 0;
  readonly #times = new Set<number>();

  take(point: StoredPoint): void {
    if (this.#times.has(point.fix.at)) this.duplicates += 1;
    else {
      this.#times.add(point.fix.at);
      this.points.push(point);
    }
  }

  refuse(index: number, error_code: PointFault, message: string): void {
    this.errors.push({ index, error_code, message });
  }
}

export const unknownDevice = 'The device takes no points: it is not active, or not known';

/** Sends points to the worker. */
export async function passOn(
  { tenant }: Caller,
  deviceId: string,
  receivedAt: number,
  points: readonly StoredPoint[],
): Promise<void> {
  const messages: StoredPoint[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const point of points) {
    // Characters that JSON escapes are escaped twice in a message.
    const size = Buffer.byteLength(JSON.stringify(point)) + 1;
    if (bytes + size > mostMessageBytes || messages.at(-1)?.length === mostAtOnce) {
      messages.push([]);
      bytes = 0;
    }
    messages.at(-1)!.push(point);
    bytes += size;
  }
  // One after the other: they are points of one device, which are stored in the order of their times.
  for (const some of messages) {
    const message = { tenant: tenant.reference, deviceId, receivedAt, points: some };
    await sendTo(PointsMessage.order(message), tenant.reference);
  }
}
