import * as z from 'zod';
import type { Computed } from '../entity/kind.ts';
import { seriesKeys } from '../table/keys/series.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { instant, printInstantOrNull } from '../wire/schema.ts';
import type { LongLastRow, SeriesRow } from './series.ts';

/** The newest reading of a sensor, which responses show beside its own fields. */

type ReadingValue = number | string | boolean;

interface LastReading {
  lastValue: ReadingValue | null;
  lastReadingAt: string | null;
}

export const shownLastReading = {
  lastValue: z
    .union([z.number(), z.string(), z.boolean()])
    .nullable()
    .meta({
      override: {},
      description:
        'The value with the newest `recordedAt`, of the type of the sensor; `BIGINT` beyond ±2^53 as a decimal string; ' +
        'null: none yet.',
    }),
  lastReadingAt: instant().nullable(),
};

interface Place {
  readonly deviceId: string;
  readonly componentId: string;
  readonly key: string;
}

const telemetry = new Table('telemetry');

export const lastReading: Computed<LastReading> = {
  tables: { telemetry: ['BatchGetItem'] },
  of: async ({ reference }: Tenant, sensors) => {
    const keys = sensors.map(({ values }) => {
      const { deviceId, componentId, key } = values as Place;
      return seriesKeys.sensor(reference, deviceId, componentId, key);
    });
    const rows = await telemetry.getMany<SeriesRow>(keys);
    // Read after the rows, so that every value that they refer to is present.
    const long = await longValues(reference, rows);
    return sensors.map(({ id }, i) => {
      // The key may have been given to a new sensor since this one was read.
      const row = rows[i]?.sensorId === id ? (long.get(id) ?? rows[i]) : undefined;
      return {
        lastValue: row?.lastValue === undefined ? null : (JSON.parse(row.lastValue) as ReadingValue),
        lastReadingAt: printInstantOrNull(row?.lastValue === undefined ? null : row.lastAt),
      };
    });
  },
};

/** The last readings that are stored beside the rows of their sensors, by sensor. */
async function longValues(
  tenant: TenantReference,
  rows: readonly (SeriesRow | undefined)[],
): Promise<ReadonlyMap<string, LongLastRow>> {
  const ids = rows.flatMap((row) => (row?.lastAt !== undefined && row.lastValue === undefined ? [row.sensorId] : []));
  if (ids.length === 0) return new Map();
  const found = await telemetry.getMany<LongLastRow>(ids.map((id) => seriesKeys.last(tenant, id)));
  return new Map(ids.flatMap((id, i) => (found[i] ? [[id, found[i]]] : [])));
}
