import type { Tables } from '../capability/capability.ts';
import { unchanged } from '../table/expressions.ts';
import { idsCreatedIn } from '../table/ids.ts';
import { keyOf } from '../table/key.ts';
import { groupsOfDevice, quarantineKeys, quarantineShardOf } from '../table/keys/quarantine.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { allTime } from '../wire/time-span.ts';
import { concurrently } from '../worker/concurrently.ts';
import { eachRow } from '../worker/each-row.ts';
import { daysOf } from './summary.ts';

/** Removing what the quarantine holds of a deleted device. */

const telemetry = new Table('telemetry');
const millisecondsPerDay = 86_400_000;

interface Keyed {
  readonly pk: string;
  readonly sk: string;
  readonly isApart?: boolean;
}

/**
 * Removes the items of a device and their counts. It is idempotent. The counts show on which days there are items: only
 * those days are read, since a partition holds the items of many devices.
 *
 * @param until when it has to stop, in milliseconds since 1970
 * @returns whether nothing is left
 */
export async function forgetItemsOf(tenant: TenantReference, deviceId: string, until: number): Promise<boolean> {
  const shard = quarantineShardOf(deviceId);
  for (const day of daysOf(allTime, Date.now())) {
    const between = groupsOfDevice(deviceId);
    const groups = await telemetry.queryAll<Keyed>(quarantineKeys.groups(tenant, day, shard), { between });
    if (groups.length === 0) continue;
    if (!(await forgetDay(tenant, deviceId, day, until))) return false;
    // The counts go last, so that the items are still found if this is interrupted.
    if ((await concurrently(groups, (row) => telemetry.delete(keyOf(row)), until)) > 0) return false;
  }
  return true;
}

async function forgetDay(tenant: TenantReference, deviceId: string, day: string, until: number): Promise<boolean> {
  const begin = Date.parse(day);
  const ofDay = idsCreatedIn({ from: begin, to: begin + millisecondsPerDay - 1 });
  const items = quarantineKeys.items(tenant, quarantineShardOf(deviceId));
  const remove = (row: Keyed) => removeRows(tenant, row);
  return await eachRow(telemetry, items, remove, until, { between: ofDay, filter: unchanged({ deviceId }) });
}

async function removeRows(tenant: TenantReference, row: Keyed): Promise<void> {
  // The payload's row first: if this is interrupted, the item's row still leads to it.
  if (row.isApart) await telemetry.delete(quarantineKeys.payload(tenant, row.sk));
  await telemetry.delete(keyOf(row));
}

export const tablesOfForgetting: Tables = { telemetry: ['Query', 'DeleteItem'] };
