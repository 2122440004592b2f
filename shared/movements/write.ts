import { setAll } from '../table/expressions.ts';
import { shardOf } from '../table/key.ts';
import { geofenceEventShards, locationKeys } from '../table/keys/locations.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { GeofenceEventRecord } from './event.ts';

/** Each event has two rows: one in the list of its device, one in that of its geofence. */

const telemetry = new Table('telemetry');

/** The fields that determine the keys of an event's rows. */
export type EventIdentity = Pick<GeofenceEventRecord, 'id' | 'deviceId' | 'geofenceId' | 'occurredAt'>;

const keysOf = (tenant: TenantReference, { id, deviceId, geofenceId, occurredAt }: EventIdentity) => [
  locationKeys.event(tenant, deviceId, occurredAt, id),
  locationKeys.geofenceEvent(tenant, geofenceId, shardOf(geofenceEventShards, deviceId), occurredAt, id),
];

/** @param ttl the end of its retention, in seconds since 1970 */
export function putEvent(
  transaction: Transaction,
  tenant: TenantReference,
  event: GeofenceEventRecord,
  ttl: number,
): void {
  for (const key of keysOf(tenant, event)) transaction.put(telemetry, key, { ...event, ttl });
}

/** Records in both rows of an event that another one supersedes it. */
export function markSuperseded(
  transaction: Transaction,
  tenant: TenantReference,
  event: EventIdentity,
  supersededBy: string,
): void {
  for (const key of keysOf(tenant, event)) transaction.update(telemetry, key, setAll({ supersededBy }));
}

/** Records in both rows of an event which point decides it now. */
export function noteDecision(
  transaction: Transaction,
  tenant: TenantReference,
  event: EventIdentity,
  decidedAt: number,
): void {
  for (const key of keysOf(tenant, event)) transaction.update(telemetry, key, setAll({ decidedAt }));
}
