import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { together } from '../entity/grants.ts';
import { lists, type Passes } from '../entity/read.ts';
import { findEntity } from '../entity/rows.ts';
import { activationsOf } from '../geofences/activation.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import type { PageRequest } from '../table/page.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { deviceGroups } from '../topology/device-groups.ts';
import { memberOf } from '../topology/members.ts';
import { devices } from './devices.ts';
import { ownerFor } from './owner.ts';

const main = new Table('main');
const plain = lists(devices);
const none: Passes = () => false;

type Asked = Omit<Parameters<ReturnType<typeof plain.open>['list']>[1], never> & {
  readonly groupId?: string | undefined;
  readonly insideGeofenceId?: string | undefined;
};

/** Tests whether a device belongs to a group now: by the group's query, or by its list. */
async function ofGroup(tenant: TenantReference, id: string): Promise<Passes> {
  const group = await findEntity(deviceGroups, tenant, id);
  return group ? memberOf(group.values) : none;
}

/** Tests whether a device is inside a geofence. Rows of an earlier activation stay until their device sends a point. */
async function insideOf(tenant: TenantReference, geofenceId: string): Promise<Passes> {
  const [activations, rows] = await Promise.all([
    activationsOf(tenant, [geofenceId]),
    main.queryAll<{ sk: string; activatedAt: number }>(deviceKeys.inside(tenant, geofenceId)),
  ]);
  const since = activations.get(geofenceId);
  const ids = new Set(rows.filter(({ activatedAt }) => activatedAt === since).map(({ sk }) => sk));
  return (id) => ids.has(id);
}

async function list(caller: Caller, { groupId, insideGeofenceId, ...query }: Asked, page: PageRequest) {
  const { tenant, phone } = caller;
  const tests = await Promise.all([
    ...(groupId === undefined ? [] : [ofGroup(tenant.reference, groupId)]),
    ...(phone ? [(id: string) => id === phone.deviceId] : []),
    ...(insideGeofenceId === undefined ? [] : [insideOf(tenant.reference, insideGeofenceId)]),
  ]);
  const passes: Passes = (id, thin) => tests.every((test) => test(id, thin));
  const asked = { ...query, userId: ownerFor(caller) };
  return await plain.open().list(tenant, asked, page, tests.length > 0 ? passes : undefined);
}

export const listDevices = defineCapability({
  tables: together([plain.tables ?? {}, { main: ['GetItem', 'Query'] }]),
  open: () => ({ list }),
});
