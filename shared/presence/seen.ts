import { unlessChanged } from '../table/faults.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

const main = new Table('main');

/** Raises `lastSeenAt` of a device. An earlier instant changes nothing, so the order of the calls does not matter. */
export async function noteSeen(tenant: TenantReference, deviceId: string, at: number): Promise<void> {
  const update = { expression: 'SET lastSeenAt = :at', values: { ':at': at } };
  const newer = { expression: 'attribute_not_exists(lastSeenAt) OR lastSeenAt < :at', values: { ':at': at } };
  await main.update(deviceKeys.head(tenant, deviceId), update, newer).catch(unlessChanged);
}
