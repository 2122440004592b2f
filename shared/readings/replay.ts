import { defineCapability } from '../capability/capability.ts';
import { readWithWorkspace } from '../devices/stored.ts';
import { together } from '../entity/grants.ts';
import { withNumbers } from '../http/numbers.ts';
import { parseMarked } from '../json/exact.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { reportableSensors } from '../topology/first-report.ts';
import { retentionDaysOf, takesPoints } from '../tracking/subject.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { inactiveDevice, ReadingsPayload, type RefusedReading, readingOf } from './given.ts';
import { type Arrival, defersOfIngest, Ingest, judge, type Outcome, tablesOfIngest } from './ingest.ts';
import { KnownSeries, type Report } from './known-series.ts';

/** A reading that was refused, as the quarantine keeps it. */
export interface KeptReading {
  readonly deviceId: string;
  /** The reading as it was sent, as JSON. */
  readonly part: string;
  /** Its index in its message. */
  readonly place: number;
  /** When its message was received, in milliseconds since 1970. */
  readonly receivedAt: number;
}

interface Trial {
  /** Only returns what would happen. */
  readonly dryRun: boolean;
}

/**
 * Takes one refused reading again, by the profiles and rules of today, with its original time of receipt and index. Of
 * several readings of one instant, the one received last still counts, as if this one had been accepted at once. A
 * reading without `recordedAt` has the original time of receipt. It is idempotent.
 *
 * @returns undefined if it is accepted, or else why not
 */
export async function retake(
  tenant: TenantReference,
  { deviceId, part, place, receivedAt: stamp }: KeptReading,
  trial: Trial,
): Promise<Omit<RefusedReading, 'place'> | undefined> {
  const payload = { readings: [parseMarked(part)] };
  const parsed = ReadingsPayload.parse(withNumbers(ReadingsPayload, payload));
  const given = parsed.readings[0]!;
  const { refused } = await retakeTogether(
    { tenant, deviceId, stamp, readings: [readingOf(given, place, stamp)] },
    trial,
  );
  return refused[0];
}

/** Takes readings again that were received together. It is idempotent. */
export async function retakeTogether(arrival: Arrival, { dryRun }: Trial): Promise<Outcome> {
  const { tenant, deviceId, readings } = arrival;
  const read = await readWithWorkspace(tenant, deviceId);
  if (!read || !takesPoints(read.device.values.status)) {
    return { accepted: 0, refused: readings.map((one) => ({ ...one, ...inactiveDevice })) };
  }
  const [retentionDays, now] = [retentionDaysOf(read.workspace), Date.now()];
  if (!dryRun) return await new Ingest(arrival).store({ actor: systemCaller(read.workspace), retentionDays, now });
  const report: Report = (...asked) => reportableSensors(tenant, deviceId, ...asked);
  const judged = await judge(arrival, await KnownSeries.read(tenant, deviceId), { retentionDays, now, report });
  return { accepted: judged.accepted.length, refused: judged.refused };
}

export const retakeReadings = defineCapability({
  tables: together([tablesOfIngest, { main: ['BatchGetItem'] }]),
  defersTo: defersOfIngest,
  open: () => ({ retake }),
});
