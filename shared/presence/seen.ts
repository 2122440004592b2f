import { unlessChanged } from '../table/faults.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

const main = new Table('main');

/** Notes when a device was last heard of, whatever order that is told in. */
export async function noteSeen(tenant: TenantReference, deviceId: string, at: number): Promise<void> {
  const update = { expression: 'SET lastSeenAt = :at', values: { ':at': at } };
  const newer = { expression: 'attribute_not_exists(lastSeenAt) OR lastSeenAt < :at', values: { ':at': at } };
  await main.update(deviceKeys.head(tenant, deviceId), update, newer).catch(unlessChanged);
}
