import { devices } from '../devices/devices.ts';
import type { StoredDevice } from '../devices/stored.ts';
import { findEntity } from '../entity/rows.ts';
import { touched, writeEntity } from '../entity/write.ts';
import type { Actor } from '../outbox/event.ts';
import { unlessChanged } from '../table/faults.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/** Recording that a device was seen. */

const main = new Table('main');

/** Raises `lastSeenAt` of a device. An earlier instant changes nothing, so the order of the calls does not matter. */
export async function noteSeen(tenant: TenantReference, deviceId: string, at: number): Promise<void> {
  const update = { expression: 'SET lastSeenAt = :at', values: { ':at': at } };
  const newer = { expression: 'attribute_not_exists(lastSeenAt) OR lastSeenAt < :at', values: { ':at': at } };
  await main.update(deviceKeys.head(tenant, deviceId), update, newer).catch(unlessChanged);
}

/** A device that sends something is active again, if it was offline. */
export async function backOnline(actor: Actor, { id, values }: StoredDevice): Promise<void> {
  if (values.status !== 'OFFLINE') return;
  await retryingRaces(async () => {
    const device = await findEntity(devices, actor.tenant.reference, id);
    if (device?.values.status !== 'OFFLINE') return;
    await writeEntity(devices, actor, device, touched(device, { ...device.values, status: 'ACTIVE' }));
  });
}
