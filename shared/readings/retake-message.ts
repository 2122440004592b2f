import { withNumbers } from '../http/numbers.ts';
import { asWritten } from '../json/exact.ts';
import { type DeviceMessage, markedJsonOf } from '../messages/device-message.ts';
import { malformed, type Refusal } from '../quarantine/refuse.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { ReadingsPayload } from './given.ts';
import { retake } from './replay.ts';

/**
 * Takes all readings of a message again that was refused as a whole. It may be repeated.
 *
 * @param dryRun only tells what would happen
 */
export async function retakeMessage(
  tenant: TenantReference,
  deviceId: string,
  message: Pick<DeviceMessage, 'payload' | 'at'>,
  trial: { readonly dryRun: boolean },
): Promise<{ readonly accepted: number; readonly refusals: readonly Refusal[] }> {
  const parsed = ReadingsPayload.safeParse(withNumbers(ReadingsPayload, markedJsonOf(message)));
  if (!parsed.success) return { accepted: 0, refusals: [malformed] };
  // Reading the payload has changed what was given.
  const { readings } = asWritten(markedJsonOf(message)) as { readings: readonly unknown[] };
  const refusals: Refusal[] = [];
  for (const [place, reading] of readings.entries()) {
    const part = JSON.stringify(reading);
    const refused = await retake(tenant, { deviceId, part, place, receivedAt: message.at }, trial);
    if (refused) refusals.push({ ...refused, part, place });
  }
  return { accepted: readings.length - refusals.length, refusals };
}
