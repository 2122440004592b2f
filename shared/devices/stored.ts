import type { Entity } from '../entity/kind.ts';
import { readEntity } from '../entity/rows.ts';
import type { Key } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { devices } from './devices.ts';

/** Devices as they are stored. */

export type StoredDevice = Entity<(typeof devices)['fields']>;

export const readDevice = (body: Row): StoredDevice => readEntity<(typeof devices)['fields']>(body);

const main = new Table('main');

/**
 * Reads a device with its workspace, and other rows beside them. A message names only the device; what the device may
 * do depends on its workspace.
 *
 * @returns undefined if one of the two is gone
 */
export async function readWithWorkspace(
  tenant: TenantReference,
  deviceId: string,
  ...beside: readonly Key[]
): Promise<
  { readonly device: StoredDevice; readonly workspace: WorkspaceRow; readonly rows: (Row | undefined)[] } | undefined
> {
  const keys = [workspaceKeys.workspace(tenant), entityKeys.body(tenant, devices.name, deviceId), ...beside];
  const [workspace, body, ...rows] = await main.getMany(keys);
  return workspace && body && { device: readDevice(body), workspace: workspace as unknown as WorkspaceRow, rows };
}
