import type { Tables } from '../capability/capability.ts';
import type { ValueType } from '../profiles/value-types.ts';
import { setAll } from '../table/expressions.ts';
import type { Key } from '../table/key.ts';
import { seriesKeys } from '../table/keys/series.ts';
import { type Row, Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * The components and sensors of a device as ingest reads them: all in one query. The rows are written in the
 * transactions of the entities, so each exists exactly as long as its entity.
 */

/** A component as ingest knows it. */
export interface ComponentRow {
  readonly componentId: string;
  readonly name: string;
  readonly sensorProfileId: string | null;
  readonly sensorProfileVersion: string | null;
}

/** A sensor as ingest knows it. */
export interface SeriesRow {
  readonly sensorId: string;
  readonly componentId: string;
  readonly key: string;
  readonly valueType: ValueType;
  /** `{ min, max }` as JSON, since the range of numbers in DynamoDB is smaller than that of a double. */
  readonly bounds: string;
  /** The `recordedAt` of the newest reading, in milliseconds since 1970; ingest writes it, with the two below. */
  readonly lastAt?: number;
  /** Orders readings of one instant by receipt: the one received last counts; see `shared/readings/chunk.ts`. */
  readonly lastStamp?: string;
  /** The value of that reading, as JSON; absent if it is long, and then `LongLastRow` holds it. */
  readonly lastValue?: string;
}

/** A last value that is too long to be read with each message, and the `recordedAt` of its reading. */
export interface LongLastRow {
  readonly lastAt: number;
  /** As JSON. */
  readonly lastValue: string;
}

export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

export const boundsOf = ({ bounds }: Pick<SeriesRow, 'bounds'>): Bounds => JSON.parse(bounds) as Bounds;

const telemetry = new Table('telemetry');

/** The grants of `readSeries`. */
export const tablesOfSeries: Tables = { telemetry: ['Query'] };

/** The grants of the writes below. */
export const tablesOfSeriesWrites: Tables = { telemetry: ['PutItem', 'UpdateItem', 'DeleteItem'] };

/**
 * The components and sensors of a device, read consistently. Sensors of a component that was just deleted are left out,
 * although their own rows are removed a moment later.
 */
export async function readSeries(
  tenant: TenantReference,
  deviceId: string,
): Promise<{ readonly components: readonly ComponentRow[]; readonly sensors: readonly SeriesRow[] }> {
  const rows = await telemetry.queryAll<ComponentRow | SeriesRow>(seriesKeys.ofDevice(tenant, deviceId));
  const components = rows.filter((row): row is ComponentRow => !('sensorId' in row));
  const ids = new Set(components.map(({ componentId }) => componentId));
  const sensors = rows.filter((row): row is SeriesRow => 'sensorId' in row && ids.has(row.componentId));
  return { components, sensors };
}

/** Removes what a deleted sensor has beside its row. */
export function removeLast(transaction: Transaction, tenant: TenantReference, sensorId: string): void {
  transaction.delete(telemetry, seriesKeys.last(tenant, sensorId));
}

/** Writes the row of an entity that is created, changed or deleted. A change keeps what ingest has written. */
export function writeSeries(transaction: Transaction, key: Key, isNew: boolean, row: object | undefined): void {
  if (row === undefined) transaction.delete(telemetry, key);
  else if (isNew) transaction.put(telemetry, key, row as Row);
  else transaction.update(telemetry, key, setAll(row as Row));
}
