import type { TenantReference } from '../tenancy/tenant.ts';
import type { RefusedReading } from './given.ts';
import { type Accepted, refused } from './known-series.ts';
import { hourOf } from './marks.ts';
import { type HourOfSensor, hoursWithoutReadings } from './rollups.ts';

/**
 * Hours that take no more readings. After retention was raised a reading may be told of an hour whose readings were not
 * kept as long. Their bucket is all that is left of them, and cannot be computed anew.
 */

/** Readings are kept for a day at least, and a while longer: hours that are newer hold all of theirs. */
const newerThan = 86_400_000;

/** Which readings are of hours that still take some. One call more, and that for old readings only. */
export async function withoutEnded(
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
      .map(({ told }) =>
        refused(told, 'OUT_OF_RANGE', 'recordedAt: Should not be in an hour whose readings have ended'),
      ),
  };
}

const hourOfReading = ({ sensor, reading }: Accepted): HourOfSensor => ({
  sensorId: sensor.sensorId,
  valueType: sensor.valueType,
  hour: hourOf(reading.at),
});

const nameOf = ({ sensor, reading }: Accepted): string => `${sensor.sensorId} ${hourOf(reading.at)}`;
