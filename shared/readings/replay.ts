import { defineCapability } from '../capability/capability.ts';
import { readWithWorkspace } from '../devices/stored.ts';
import { together } from '../entity/grants.ts';
import { withNumbers } from '../http/numbers.ts';
import { parseMarked } from '../json/exact.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { reportableSensor } from '../topology/first-report.ts';
import { retentionDaysOf, takesPoints } from '../tracking/subject.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { inactiveDevice, ReadingsPayload, type RefusedReading, told } from './given.ts';
import { defersOfIngest, Ingest, judge, tablesOfIngest } from './ingest.ts';
import { KnownSeries } from './known-series.ts';

/** A reading that was refused, as the quarantine keeps it. */
export interface KeptReading {
  readonly deviceId: string;
  /** The reading as it was sent, as JSON. */
  readonly part: string;
  /** Its place in its message. */
  readonly place: number;
  /** When its message was received, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/**
 * Takes one refused reading again, by the profiles and rules of today, with its original receipt and place: a reading
 * of the same instant that was received later stays, and so does one that had a later place in the same message, as if
 * this one had been accepted at once. Readings without `recordedAt` have the instant of that receipt. It may be repeated.
 *
 * @param dryRun only tells what would happen
 * @returns undefined if it is accepted, or else why not
 */
export async function retake(
  tenant: TenantReference,
  { deviceId, part, place, receivedAt: stamp }: KeptReading,
  { dryRun }: { readonly dryRun: boolean },
): Promise<Omit<RefusedReading, 'place'> | undefined> {
  const read = await readWithWorkspace(tenant, deviceId);
  if (!read || !takesPoints(read.device.values.status)) {
    return inactiveDevice;
  }
  const payload = { readings: [parseMarked(part)] };
  const parsed = ReadingsPayload.safeParse(withNumbers(ReadingsPayload, payload));
  const [given] = parsed.data?.readings ?? [];
  if (!given) return { cause: 'MALFORMED_PAYLOAD', message: 'Should be a reading' };
  const arrival = { tenant, deviceId, stamp, readings: [told(given, place, stamp)] };
  const [retentionDays, now] = [retentionDaysOf(read.workspace), Date.now()];
  const report = (componentId: string, key: string) => reportableSensor(tenant, deviceId, componentId, key);
  const { refused } = dryRun
    ? await judge(arrival, await KnownSeries.read(tenant, deviceId), { retentionDays, now, report })
    : await new Ingest(arrival).store({ actor: systemCaller(read.workspace), retentionDays, now });
  return refused[0];
}

export const retakeReadings = defineCapability({
  tables: together([tablesOfIngest, { main: ['BatchGetItem'] }]),
  defersTo: defersOfIngest,
  open: () => ({ retake }),
});
