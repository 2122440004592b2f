import type { Tables } from '../capability/capability.ts';
import { newEntity } from '../entity/create.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { writeEntity } from '../entity/write.ts';
import { log } from '../log/log.ts';
import type { Actor } from '../outbox/event.ts';
import { Problem } from '../problems/problem.ts';
import { definitionsOf } from '../profiles/definitions.ts';
import type { SensorDefinition } from '../profiles/sensor-profiles.ts';
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
export type NoSensor = 'PROFILE_MISSING' | 'UNKNOWN_SENSOR' | 'TOO_MANY_SENSORS';

/** Keys with their sensors, or with why they have none. */
export type Reported = ReadonlyMap<string, SeriesRow | NoSensor>;

/**
 * Creates sensors for unknown keys that a component has reported, if the profile of the component defines them. Each is
 * created once, even if several messages with its key are processed at the same time.
 *
 * @returns for each key its row, or why there can be none: the component has no profile, or its profile does not define
 * the key, or it has as many sensors as it may have. For a deleted component, every key is unknown
 */
export async function createReportedSensors(
  actor: Actor,
  deviceId: string,
  componentId: string,
  keys: readonly string[],
): Promise<Reported> {
  const { reference } = actor.tenant;
  const defined = await definedFor(reference, deviceId, componentId);
  const places = keys.filter((key) => typeof definitionIn(defined, key) !== 'string');
  for (const key of places) {
    const isRefused = await createSensor(actor, { deviceId, componentId, key }, defined);
    if (isRefused) break;
  }
  // Created here, or by a faster writer.
  const rows = await telemetry.getMany<SeriesRow>(
    places.map((key) => seriesKeys.sensor(reference, deviceId, componentId, key)),
  );
  const created = new Map<string, SeriesRow | NoSensor>(places.map((key, i) => [key, rows[i] ?? 'TOO_MANY_SENSORS']));
  return new Map(keys.map((key) => [key, created.get(key) ?? (definitionIn(defined, key) as NoSensor)]));
}

interface Place {
  readonly deviceId: string;
  readonly componentId: string;
  readonly key: string;
}

/** @returns whether the component takes no further sensor */
async function createSensor(actor: Actor, place: Place, read: Defined): Promise<boolean> {
  const { deviceId, componentId, key } = place;
  let defined: Defined | undefined = read;
  return await retryingRaces(async () => {
    const { reference } = actor.tenant;
    const found = definitionIn(defined ?? (await definedFor(reference, deviceId, componentId)), key);
    // After a race, the component may have another profile.
    defined = undefined;
    if (typeof found === 'string') return false;
    const { valueType } = found.definition;
    const fitted = { ...fittedTo(found.definition, valueType), fittedMoves: found.moves };
    try {
      await writeEntity(sensors, actor, undefined, newEntity(sensors, { ...place, valueType, ...fitted }));
      return false;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      log().info('sensor not created', { componentId, key, error_code: error.code });
      return error.code !== 'CONFLICT';
    }
  });
}

/** What the profile of a component defines. */
interface Definitions {
  readonly definitions: ReadonlyMap<string, SensorDefinition>;
  readonly moves: number;
}
type Defined = Definitions | NoSensor;

async function definedFor(tenant: TenantReference, deviceId: string, componentId: string): Promise<Defined> {
  const component = await findEntity(components, tenant, componentId);
  if (component?.values.deviceId !== deviceId) return 'UNKNOWN_SENSOR';
  const { sensorProfileVersionId: versionId, moves } = component.values;
  if (versionId === null) return 'PROFILE_MISSING';
  return { definitions: await definitionsOf(tenant, versionId), moves };
}

function definitionIn(defined: Defined, key: string) {
  if (typeof defined === 'string') return defined;
  const definition = defined.definitions.get(key);
  return definition ? { definition, moves: defined.moves } : 'UNKNOWN_SENSOR';
}

/** The rows that such sensors would have, without their ids; nothing is created. */
export async function reportableSensors(
  tenant: TenantReference,
  deviceId: string,
  componentId: string,
  keys: readonly string[],
): Promise<Reported> {
  const defined = await definedFor(tenant, deviceId, componentId);
  const rowOf = (key: string): SeriesRow | NoSensor => {
    const found = definitionIn(defined, key);
    if (typeof found === 'string') return found;
    const { valueType } = found.definition;
    const { min, max } = fittedTo(found.definition, valueType);
    return { sensorId: '', componentId, key, valueType, bounds: JSON.stringify({ min, max }) };
  };
  return new Map(keys.map((key) => [key, rowOf(key)]));
}

/** Another sensor has the key, the quota is used up, or the component was just deleted. */
const isRefusal = (error: unknown): error is Problem =>
  error instanceof Problem && ['CONFLICT', 'QUOTA_EXCEEDED', 'VALIDATION_ERROR'].includes(error.code);

/** The grants of `createReportedSensors`. */
export const tablesOfFirstReport: Tables = together([
  tablesOf(sensors, 'create'),
  { main: ['GetItem'], telemetry: ['BatchGetItem'] },
]);
