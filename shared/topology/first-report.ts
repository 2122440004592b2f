import type { Tables } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { writeEntity } from '../entity/write.ts';
import { log } from '../log/log.ts';
import type { Actor } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { definitionsOf } from '../profiles/definitions.ts';
import { seriesKeys } from '../table/keys/series.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { components } from './components.ts';
import { fittedTo } from './fitting.ts';
import { sensors } from './sensors.ts';
import type { SeriesRow } from './series.ts';

/** Sensors that come to be when they report for the first time, because a profile defines them. */

const telemetry = new Table('telemetry');

/** Why there is no such sensor. */
export type NoSensor = 'PROFILE_MISSING' | 'UNKNOWN_SENSOR';

/**
 * The sensor of a key that has reported and that is not known. It is created if the profile of the component defines it,
 * once, even if several messages with it are taken at the same time.
 *
 * @returns its row, or why there can be none: the component has no profile, or its profile does not define the key. A
 * component that is gone, and one that has as many sensors as it may have, knows no further key
 */
export async function createReportedSensor(
  actor: Actor,
  deviceId: string,
  componentId: string,
  key: string,
): Promise<SeriesRow | NoSensor> {
  const { reference } = actor.tenant;
  return await retryingRaces(async () => {
    const defined = await definedFor(reference, deviceId, componentId, key);
    if (typeof defined === 'string') return defined;
    const { definition, moves: fittedMoves } = defined;
    const { valueType } = definition;
    const fitted = { ...fittedTo(definition, valueType), fittedMoves };
    const made = newEntity(sensors, { deviceId, componentId, key, valueType, ...fitted });
    try {
      await writeEntity(sensors, actor, undefined, made);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log().info('sensor not created', { componentId, key, error_code: error.code });
    }
    // Ours, or that of whoever was faster.
    const row = await telemetry.get<SeriesRow>(seriesKeys.sensor(reference, deviceId, componentId, key));
    return row ?? 'UNKNOWN_SENSOR';
  });
}

async function definedFor(tenant: TenantReference, deviceId: string, componentId: string, key: string) {
  const component = await findEntity(components, tenant, componentId);
  if (component?.values.deviceId !== deviceId) return 'UNKNOWN_SENSOR';
  const { sensorProfileVersionId: versionId, moves } = component.values;
  if (versionId === null) return 'PROFILE_MISSING';
  const definition = (await definitionsOf(tenant, versionId)).get(key);
  return definition ? { definition, moves } : 'UNKNOWN_SENSOR';
}

/** The row that such a sensor would have, without its id; nothing is created. */
export async function reportableSensor(
  tenant: TenantReference,
  deviceId: string,
  componentId: string,
  key: string,
): Promise<SeriesRow | NoSensor> {
  const defined = await definedFor(tenant, deviceId, componentId, key);
  if (typeof defined === 'string') return defined;
  const { valueType } = defined.definition;
  const { min, max } = fittedTo(defined.definition, valueType);
  return { sensorId: '', componentId, key, valueType, bounds: JSON.stringify({ min, max }) };
}

/** Another one has the key, there are as many as there may be, or the component was just deleted. */
const isRefusal = (error: unknown): error is Problem =>
  error instanceof Problem && ['CONFLICT', 'QUOTA_EXCEEDED', 'VALIDATION_ERROR'].includes(error.code);

/** The grants of `createReportedSensor`. */
export const tablesOfFirstReport: Tables = together([
  tablesOf(sensors, 'create'),
  { main: ['GetItem'], telemetry: ['GetItem'] },
]);
