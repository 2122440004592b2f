import type { Tables } from '../capability/capability.ts';
import { unchanged } from '../table/expressions.ts';
import { keyOf } from '../table/key.ts';
import { groupsOfDevice, quarantineKeys, quarantineShardOf } from '../table/keys/quarantine.ts';
import { optional, type Page, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { allTime } from '../wire/time-span.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import { daysOf } from './summary.ts';

/** Removing what the quarantine holds of a deleted device. */

const telemetry = new Table('telemetry');

interface Keyed {
  readonly pk: string;
  readonly sk: string;
  readonly isApart?: boolean;
}

/**
 * Removes the items of a device and their counts. May be repeated.
 *
 * @param until when it is to stop, in milliseconds since 1970
 * @returns whether nothing is left
 */
export async function forgetItemsOf(tenant: TenantReference, deviceId: string, until: number): Promise<boolean> {
  const shard = quarantineShardOf(deviceId);
  let after: string | undefined;
  do {
    const page: Page<Keyed> = await telemetry.query<Keyed>(quarantineKeys.items(tenant, shard), {
      filter: unchanged({ deviceId }),
      ...optional('after', after),
    });
    if ((await sideBySide(page.rows, (row) => removeRows(tenant, row), until)) > 0) return false;
    after = page.next;
  } while (after !== undefined);
  for (const day of daysOf(allTime, Date.now())) {
    const between = groupsOfDevice(deviceId);
    const groups = await telemetry.queryAll<Keyed>(quarantineKeys.groups(tenant, day, shard), { between });
    if ((await sideBySide(groups, (row) => telemetry.delete(keyOf(row)), until)) > 0) return false;
  }
  return true;
}

async function removeRows(tenant: TenantReference, row: Keyed): Promise<void> {
  // The row beside it goes first, so that it is still found if this is interrupted.
  if (row.isApart) await telemetry.delete(quarantineKeys.payload(tenant, row.sk));
  await telemetry.delete(keyOf(row));
}

export const tablesOfForgetting: Tables = { telemetry: ['Query', 'DeleteItem'] };
