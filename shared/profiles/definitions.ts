import { findEntity } from '../entity/rows.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type SensorDefinition, sensorProfileVersions } from './sensor-profiles.ts';

/** The sensors that a version of a profile defines, by key. A version that is in use exists, and never changes. */
export async function definitionsOf(
  tenant: TenantReference,
  versionId: string,
): Promise<ReadonlyMap<string, SensorDefinition>> {
  const version = await findEntity(sensorProfileVersions, tenant, versionId);
  return new Map(version?.values.sensors.map((sensor) => [sensor.key, sensor]));
}
