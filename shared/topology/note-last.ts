import { unlessChanged } from '../table/faults.ts';
import type { Key } from '../table/key.ts';
import { seriesKeys } from '../table/keys/series.ts';
import { retryingRaces } from '../table/races.ts';
import { type Expression, Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { LongLastRow, SeriesRow } from './series.ts';

const telemetry = new Table('telemetry');

/** Ingest reads all sensors of a device with each message: longer values have rows of their own. In bytes of JSON. */
const longestWithin = 256;

export interface NewestReading {
  /** In milliseconds since 1970. */
  readonly at: number;
  /** Orders readings of one instant; see `lastStamp`. */
  readonly rank: string;
  readonly value: number | string | boolean;
}

/** The sensor is deleted, or a newer reading is recorded. */
class NotNewer extends Error {}

/** Records the newest reading of a sensor with the sensor, unless a newer one is recorded or the sensor is deleted. */
export async function noteLast(
  tenant: TenantReference,
  deviceId: string,
  { sensorId, componentId, key, lastAt, lastStamp = '' }: SeriesRow,
  { at, rank, value }: NewestReading,
): Promise<void> {
  if (lastAt !== undefined && (lastAt > at || (lastAt === at && lastStamp >= rank))) return;
  const isNewer = {
    expression:
      '#sensorId = :id AND (attribute_not_exists(#lastAt) OR #lastAt < :at OR (#lastAt = :at AND #lastStamp < :rank))',
    names: { '#sensorId': 'sensorId' },
    values: { ':id': sensorId, ':at': at, ':rank': rank },
  };
  const place = seriesKeys.sensor(tenant, deviceId, componentId, key);
  const names = { '#lastAt': 'lastAt', '#lastStamp': 'lastStamp', '#lastValue': 'lastValue' };
  const values = { ':at': at, ':rank': rank };
  const text = JSON.stringify(value);
  await retryingRaces(async () => {
    if (Buffer.byteLength(text) > longestWithin) {
      const update = { expression: 'SET #lastAt = :at, #lastStamp = :rank REMOVE #lastValue', names, values };
      const row: LongLastRow = { lastAt: at, lastValue: text };
      await noteLong({ place, update, isNewer }, seriesKeys.last(tenant, sensorId), row);
    } else {
      const expression = 'SET #lastAt = :at, #lastStamp = :rank, #lastValue = :value';
      const update = { expression, names, values: { ...values, ':value': text } };
      await telemetry.update(place, update, isNewer).catch(unlessChanged);
    }
  });
}

interface Noting {
  readonly place: Key;
  readonly update: Expression;
  readonly isNewer: Expression;
}

/**
 * Writes both rows in one transaction: the value exists whenever the row of the sensor refers to it, and none is left
 * behind for a deleted sensor.
 */
async function noteLong({ place, update, isNewer }: Noting, beside: Key, row: LongLastRow): Promise<void> {
  const transaction = new Transaction();
  transaction.update(telemetry, place, update, isNewer, () => new NotNewer());
  transaction.put(telemetry, beside, { ...row });
  await transaction.commit().catch((error: unknown) => {
    if (!(error instanceof NotNewer)) throw error;
  });
}
