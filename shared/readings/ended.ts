import type { TenantReference } from '../tenancy/tenant.ts';
import type { RefusedReading } from './given.ts';
import { type Accepted, refused } from './known-series.ts';
import { hourOf } from './marks.ts';
import { type HourOfSensor, hoursWithoutReadings } from './rollups.ts';

/**
 * Hours that accept no more readings. After the retention was raised, a late reading may belong to an hour whose
 * readings have expired already. Only their bucket is left, and it cannot be computed again.
 */

/** Readings are kept for more than a day: a newer hour still has all of its readings. */
const newerThan = 86_400_000;

/** Separates the readings of ended hours from the others. It needs a call only if there are old readings. */
export async function separateEnded(
  tenant: TenantReference,
  all: readonly Accepted[],
): Promise<{ readonly accepted: readonly Accepted[]; readonly ended: readonly RefusedReading[] }> {
  const since = Date.now() - newerThan;
  const asked = new Map<string, HourOfSensor>();
  for (const one of all) if (one.reading.at < since) asked.set(nameOf(one), hourOfReading(one));
  if (asked.size === 0) return { accepted: all, ended: [] };
  const without = await hoursWithoutReadings(tenant, [...asked.values()]);
  const isEnded = (one: Accepted) => without.has(asked.get(nameOf(one))!);
  return {
    accepted: all.filter((one) => !isEnded(one)),
    ended: all
      .filter(isEnded)
      .map(({ reported }) =>
        refused(reported, 'OUT_OF_RANGE', 'recordedAt: Should not be in an hour whose readings have ended'),
      ),
  };
}

const hourOfReading = ({ sensor, reading }: Accepted): HourOfSensor => ({
  sensorId: sensor.sensorId,
  valueType: sensor.valueType,
  hour: hourOf(reading.at),
});

const nameOf = ({ sensor, reading }: Accepted): string => `${sensor.sensorId} ${hourOf(reading.at)}`;
