import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { together } from '../entity/grants.ts';
import { unknownReference } from '../entity/references.ts';
import { findEntity } from '../entity/rows.ts';
import type { Once } from '../http/once.ts';
import { noteSeen } from '../presence/seen.ts';
import { createdAtOf } from '../table/ids.ts';
import { deviceTarget } from '../topology/device-terms.ts';
import { retentionDaysOf, takesPoints } from '../tracking/subject.ts';
import { quotaWarnings, requireEventRoom, tablesOfEventQuota } from '../usage/events.ts';
import { inactiveDevice, type ReadingsReport, type RefusedReading, readingOf } from './given.ts';
import { defersOfIngest, Ingest, tablesOfIngest } from './ingest.ts';
import type { ReadingsReceipt } from './wire.ts';

/** Takes readings that come over HTTP. */

type Report = z.output<typeof ReadingsReport>;

interface Reported {
  readonly status: 202;
  readonly headers: Record<string, string>;
  readonly body: z.input<typeof ReadingsReceipt>;
}

/**
 * Stores readings of one device. An invalid reading is reported, and does not refuse the others.
 *
 * @throws VALIDATION_ERROR, QUOTA_EXCEEDED, QUOTA_THROTTLED
 */
async function report(
  caller: Caller,
  { deviceId, readings: given }: Report,
  once: Pick<Once, 'objectId' | 'begin'>,
): Promise<Reported> {
  const { reference } = caller.tenant;
  // A retry with the same key has the same time of receipt, so it changes nothing.
  const stamp = createdAtOf(once.objectId);
  const readings = given.map((one, place) => readingOf(one, place, stamp));
  const ingest = new Ingest({ tenant: reference, deviceId, stamp, readings });
  const [device, room] = await Promise.allSettled([
    findEntity(devices, reference, deviceId),
    requireEventRoom(caller.tenant, caller.principal),
  ]);
  if (device.status === 'rejected') throw device.reason;
  const isTaken = device.value !== undefined && room.status === 'fulfilled' && takesPoints(device.value.values.status);
  if (!isTaken) await ingest.withdraw();
  if (!device.value) throw unknownReference(deviceTarget, deviceId, 'deviceId');
  if (room.status === 'rejected') throw room.reason;
  if (!isTaken)
    return answer(
      0,
      readings.map((_, place) => ({ place, ...inactiveDevice })),
      room.value,
    );
  once.begin();
  const beside = () => noteSeen(reference, deviceId, stamp);
  const { accepted, refused } = await ingest.store({
    actor: caller,
    retentionDays: retentionDaysOf(caller.workspace),
    beside,
  });
  return answer(accepted, refused, room.value);
}

const answer = (accepted: number, refused: readonly RefusedReading[], headers: Record<string, string>): Reported => ({
  status: 202,
  headers,
  body: {
    accepted,
    rejected: refused.length,
    errors: refused.map(({ place, cause, message }) => ({ index: place, error_code: cause, message })),
  },
});

export const reportReadings = defineCapability({
  tables: together([tablesOfEventQuota, tablesOfIngest, { main: ['GetItem', 'UpdateItem'] }]),
  handsTo: quotaWarnings,
  defersTo: defersOfIngest,
  raises: ['VALIDATION_ERROR', 'QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  open: () => ({ report }),
});
