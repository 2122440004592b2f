import { asWritten } from '../json/exact.ts';
import { type DeviceMessage, markedJsonOf } from '../messages/device-message.ts';
import { readPayload } from '../quarantine/payload.ts';
import type { Refusal } from '../quarantine/refuse.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { ReadingsPayload, type RefusedReading, readingOf } from './given.ts';
import { retakeTogether } from './replay.ts';

/**
 * Takes all readings of a message again that was refused as a whole. It is idempotent.
 *
 * @param dryRun only returns what would happen
 */
export async function retakeMessage(
  tenant: TenantReference,
  deviceId: string,
  message: Pick<DeviceMessage, 'payload' | 'at'>,
  trial: { readonly dryRun: boolean },
): Promise<{ readonly accepted: number; readonly refusals: readonly Refusal[] }> {
  const { at: stamp } = message;
  const read = readPayload(ReadingsPayload, markedJsonOf(message));
  if ('refusal' in read) return { accepted: 0, refusals: [read.refusal] };
  const readings = read.value.readings.map((one, place) => readingOf(one, place, stamp));
  const { accepted, refused } = await retakeTogether({ tenant, deviceId, stamp, readings }, trial);
  return { accepted, refusals: refusalsOf(message, refused) };
}

/** Each refused reading as it was sent. */
export function refusalsOf(message: Pick<DeviceMessage, 'payload'>, refused: readonly RefusedReading[]): Refusal[] {
  if (refused.length === 0) return [];
  // The message is parsed again, because reading the payload has changed the parsed values.
  const { readings } = asWritten(markedJsonOf(message)) as { readings: unknown[] };
  return refused.map(({ place, cause, message: text, component, key }) => ({
    cause,
    message: text,
    part: JSON.stringify(readings[place]),
    place,
    component,
    key,
  }));
}
