import * as z from 'zod';
import { defaulted, fixed, idOf, optional, required, served, shownId, type Values } from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { unknownReference } from '../entity/references.ts';
import { findEntity } from '../entity/rows.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { RetireReadingsMessage } from '../messages/readings.ts';
import { type FieldFailure, invalidFields } from '../problems/problem.ts';
import { isNumeric, valueTypes } from '../profiles/value-types.ts';
import { seriesKeys } from '../table/keys/series.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { label, partName } from '../wire/text.ts';
import { components, componentTarget } from './components.ts';
import { deviceTarget } from './device-terms.ts';
import { lastReading, shownLastReading } from './last-reading.ts';
import { moveSeries, type SeriesRow, tablesOfMoves } from './series.ts';

const ValueType = z.enum(valueTypes);

/** What a component measures. The device follows from the component. */
export const sensors = defineKind({
  name: 'sensor',
  letters: 'camelCase',
  fields: {
    deviceId: served(defaulted(z.string(), shownId(), '')),
    componentId: fixed(required(idOf(componentTarget), shownId())),
    key: fixed(required(partName(), z.string())),
    valueType: fixed(required(ValueType, ValueType)),
    name: optional(label(255), z.string()),
    unit: optional(label(32), z.string()),
    min: optional(z.number(), z.number()),
    max: optional(z.number(), z.number()),
    metadata: defaulted(freeObject(16 * 1024), keptObject(), {}),
  },
  unique: { key: { within: ['componentId'] } },
  references: {
    componentId: { to: componentTarget, onDelete: 'cascade' },
    deviceId: { to: deviceTarget, onDelete: 'cascade' },
  },
  filters: {
    deviceId: equals('deviceId'),
    componentId: equals('componentId'),
    key: equals('key'),
    valueType: equals('valueType'),
  },
  quota: { resource: 'sensors', most: 100, within: 'componentId' },
  held: true,
  retiredBy: RetireReadingsMessage,
  computed: lastReading,
  settles: {
    tables: { main: ['GetItem'] },
    settle: async (tenant, before, values) => {
      requireBounds(values);
      return before ? values : { ...values, deviceId: await deviceOf(tenant, values.componentId) };
    },
  },
  hook: {
    tables: tablesOfMoves,
    act: (transaction, { tenant }, before, after) => {
      const { id, values } = (after ?? before)!;
      const { deviceId, componentId, key } = values;
      const at = seriesKeys.sensor(tenant.reference, deviceId, componentId, key);
      moveSeries(transaction, at, !before, after && rowOf(id, values));
    },
  },
});

type SensorValues = Values<(typeof sensors)['fields']>;

/** A sensor is on the device of its component, for good. */
async function deviceOf(tenant: TenantReference, componentId: string): Promise<string> {
  const component = await findEntity(components, tenant, componentId);
  if (!component) throw unknownReference(componentTarget, 'componentId');
  return component.values.deviceId;
}

/** @throws VALIDATION_ERROR for bounds that no value can meet, or that the type of the sensor does not have */
function requireBounds({ valueType, min, max }: SensorValues): void {
  const given = { min, max };
  const failures: FieldFailure[] = isNumeric(valueType)
    ? []
    : (['min', 'max'] as const)
        .filter((name) => given[name] !== null)
        .map((name) => ({ type: 'conflict', loc: ['body', name], msg: `A sensor of type ${valueType} has no bounds` }));
  if (failures.length === 0 && min !== null && max !== null && min > max) {
    failures.push({ type: 'conflict', loc: ['body', 'max'], msg: 'Should not be below "min"' });
  }
  if (failures.length > 0) throw invalidFields(failures);
}

const rowOf = (sensorId: string, { componentId, key, valueType, min, max }: SensorValues): SeriesRow => ({
  sensorId,
  componentId,
  key,
  valueType,
  bounds: JSON.stringify({ min, max }),
});

export const {
  Draft: SensorDraft,
  Patch: SensorPatch,
  Shown: Sensor,
} = schemasOf(
  'Sensor',
  sensors,
  {
    deviceId: 'd1e2f3a4-e5f6-7890-abcd-ef1234567890',
    componentId: '0195a1f4-2c80-7d40-9a51-3f2d6c0e8b11',
    key: 'temperature',
    valueType: 'DOUBLE',
    name: 'Flow temperature',
    unit: '°C',
    min: -20,
    max: 120,
    metadata: {},
    lastValue: 64.5,
    lastReadingAt: '2026-03-17T10:00:00Z',
  },
  shownLastReading,
);

export const sensorTarget = targetOf(sensors);
