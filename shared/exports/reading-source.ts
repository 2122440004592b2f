import { findEntity } from '../entity/rows.ts';
import { walkReadings } from '../readings/history.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { components } from '../topology/components.ts';
import { sensors } from '../topology/sensors.ts';
import { printInstant } from '../wire/schema.ts';
import { inSeries, type Source } from './source.ts';

/** Readings of sensors. */

/** A page of the database may have 50,000 readings. */
const rowsPerPage = 2000;

/** The cells of a row about its sensor. */
async function aboutSensor(tenant: TenantReference, sensorId: string) {
  const sensor = await findEntity(sensors, tenant, sensorId);
  const component = sensor && (await findEntity(components, tenant, sensor.values.componentId));
  if (!component) return undefined;
  const { deviceId, key, unit } = sensor.values;
  return [deviceId, component.values.name, sensorId, key, unit] as const;
}

export const readingSource: Source = {
  name: 'readings',
  columns: ['device_id', 'component', 'sensor_id', 'key', 'unit', 'recorded_at', 'value'],
  tables: { main: ['GetItem', 'Query'], telemetry: ['Query'] },
  pages: inSeries(['SENSOR'], async function* ({ tenant: { reference }, from, to }, { id }, after) {
    const about = await aboutSensor(reference, id);
    if (!about) return;
    const span = { from: after === undefined ? from : Number(after) + 1, to };
    for await (const { readings, upTo } of walkReadings(reference, id, span)) {
      for (let i = 0; i < readings.length; i += rowsPerPage) {
        const some = readings.slice(i, i + rowsPerPage);
        const rows = some.map(({ at, value }) => [...about, printInstant(at), value]);
        yield { rows, after: String(some.at(-1)!.at) };
      }
      if (upTo !== undefined) yield { rows: [], after: String(upTo) };
    }
  }),
};
