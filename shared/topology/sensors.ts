import * as z from 'zod';
import {
  defaulted,
  fixed,
  hidden,
  idOf,
  optional,
  required,
  serverSet,
  shownId,
  type Values,
} from '../entity/fields.ts';
import { equals } from '../entity/filters.ts';
import { defineKind } from '../entity/kind.ts';
import { unknownReference } from '../entity/references.ts';
import { findEntity } from '../entity/rows.ts';
import { schemasOf } from '../entity/schemas.ts';
import { targetOf } from '../entity/target.ts';
import { RetireReadingsMessage } from '../messages/readings.ts';
import { invalidFields } from '../problems/problem.ts';
import { boundFailures } from '../profiles/bounds.ts';
import { definitionsOf } from '../profiles/definitions.ts';
import { valueTypes } from '../profiles/value-types.ts';
import { seriesKeys } from '../table/keys/series.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { label, partName } from '../wire/text.ts';
import { components, componentTarget } from './components.ts';
import { deviceTarget } from './device-terms.ts';
import { type Fitted, fittedTo } from './fitting.ts';
import { lastReading, shownLastReading } from './last-reading.ts';
import { removeLast, type SeriesRow, tablesOfSeriesWrites, writeSeries } from './series.ts';

const ValueType = z.enum(valueTypes);

const fields = {
  deviceId: serverSet(defaulted(z.string(), shownId(), '')),
  componentId: fixed(required(idOf(componentTarget), shownId())),
  key: fixed(required(partName(), z.string())),
  valueType: fixed(required(ValueType, ValueType)),
  name: optional(label(255), z.string()),
  unit: optional(label(32), z.string()),
  min: optional(z.number(), z.number()),
  max: optional(z.number(), z.number()),
  metadata: defaulted(freeObject(16 * 1024), keptObject(), {}),
  /** The `moves` of its component when it got the unit and bounds of the profile; they may have been changed since. */
  fittedMoves: hidden(serverSet(defaulted(z.int(), z.int(), 0))),
};
type SensorValues = Values<typeof fields>;

/** What a component measures. The device follows from the component. */
export const sensors = defineKind({
  name: 'sensor',
  letters: 'camelCase',
  fields,
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
    settle: async (tenant, before, after, given) => {
      const settled = await settledIn(tenant, before, after, given);
      requireBounds(settled);
      return settled;
    },
  },
  hook: {
    tables: tablesOfSeriesWrites,
    act: (transaction, { tenant }, before, after) => {
      const { id, values } = (after ?? before)!;
      const { deviceId, componentId, key } = values;
      const at = seriesKeys.sensor(tenant.reference, deviceId, componentId, key);
      writeSeries(transaction, at, !before, after && rowOf(id, values));
      if (!after) removeLast(transaction, tenant.reference, id);
    },
  },
});

/**
 * A sensor is on the device of its component, for good. If the component was moved and its sensors are not fitted yet, a
 * change fits this one first, so that what the body says is not undone afterwards.
 */
async function settledIn(
  tenant: TenantReference,
  before: SensorValues | undefined,
  after: SensorValues,
  given: Partial<Fitted>,
): Promise<SensorValues> {
  const component = await findEntity(components, tenant, after.componentId);
  if (!component) {
    if (before) return after;
    throw unknownReference(componentTarget, after.componentId, 'componentId');
  }
  const { deviceId, moves: fittedMoves, sensorProfileVersionId } = component.values;
  if (!before) return { ...after, deviceId, fittedMoves };
  if (sensorProfileVersionId === null || fittedMoves === before.fittedMoves) return after;
  const definition = (await definitionsOf(tenant, sensorProfileVersionId)).get(after.key);
  const fitted = definition ? fittedTo(definition, after.valueType) : after;
  const kept = <N extends keyof Fitted>(name: N) => (given[name] === undefined ? fitted : after)[name];
  return { ...after, unit: kept('unit'), min: kept('min'), max: kept('max'), fittedMoves };
}

/** @throws VALIDATION_ERROR for bounds that no value can meet, or that the type of the sensor does not have */
function requireBounds(values: SensorValues): void {
  const failures = boundFailures(values);
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
    deviceId: '01957e2b-a403-7c3e-8a51-3f2d6c0e8b11',
    componentId: '01957e2b-a40a-7c3e-8a51-3f2d6c0e8b11',
    key: 'flow-temperature',
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
