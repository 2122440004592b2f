import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { requireDevices } from '../devices/known.ts';
import { together } from '../entity/grants.ts';
import { readReferrer, referrersWith } from '../entity/links.ts';
import { findEntity } from '../entity/rows.ts';
import { RevokeMessage } from '../messages/revoke-certificate.ts';
import { notFound, problem } from '../problems/problem.ts';
import type { Partition } from '../table/key.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { pageOfPartition, type SiftedSelection } from '../table/page.ts';
import { type Row, Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { deviceGroups } from '../topology/device-groups.ts';
import { memberOf } from '../topology/members.ts';
import { siteTarget } from '../topology/sites.ts';
import { concurrently } from '../worker/concurrently.ts';
import { revokeAllOf } from './revoke.ts';
import { certificateTables } from './tables.ts';

/** Revoking the certificates of many devices in one request. */

export const mostDevices = 1000;

/** Which devices; exactly one of the three is given. */
export interface Devices {
  readonly deviceIds?: readonly string[] | undefined;
  readonly groupId?: string | undefined;
  readonly siteId?: string | undefined;
}

const main = new Table('main');
/** No device is begun after this time, so that those in progress finish within the function's time-out. */
const longestMilliseconds = 24_000;

async function idsOf(tenant: TenantReference, { deviceIds, groupId, siteId }: Devices): Promise<readonly string[]> {
  if (groupId !== undefined) return await ofGroup(tenant, groupId);
  if (siteId !== undefined) return await ofSite(tenant, siteId);
  const ids = [...new Set(deviceIds)];
  await requireDevices(tenant, ids);
  return ids;
}

type Listed = Row & { readonly sk: string };

async function listed(of: Partition, selection: SiftedSelection<Listed>): Promise<string[]> {
  const page = { limit: mostDevices + 1, offset: 0, after: undefined, counted: false };
  const { rows } = await pageOfPartition<Listed>(main, of, page, selection);
  return rows.map(({ item }) => readReferrer(item.sk).id);
}

async function ofGroup(tenant: TenantReference, id: string): Promise<string[]> {
  const group = await findEntity(deviceGroups, tenant, id);
  if (!group) throw notFound('device group');
  const isMember = memberOf(group.values);
  return await listed(entityKeys.thins(tenant, devices.name), { passes: (row) => isMember(row.sk, row) });
}

async function ofSite(tenant: TenantReference, id: string): Promise<string[]> {
  if (!(await main.get(siteTarget.key(tenant, id)))) throw notFound('site');
  const between = referrersWith('null', devices.name, 'siteId');
  return await listed(entityKeys.references(tenant, siteTarget.kind, id), { between });
}

/**
 * Revokes all certificates in force of these devices. A repeated request continues with the devices that are left.
 *
 * @returns how many devices had certificates revoked, and how many had none in force
 * @throws NOT_FOUND, BATCH_TOO_LARGE, TIMEOUT
 */
async function revokeOf(caller: Caller, of: Devices, reason: string): Promise<{ revoked: number; skipped: number }> {
  const until = Date.now() + longestMilliseconds;
  const ids = await idsOf(caller.tenant.reference, of);
  if (ids.length > mostDevices) {
    const details = { max_items: mostDevices, requested_items: ids.length };
    throw problem('BATCH_TOO_LARGE', `There are more than ${mostDevices} devices: name fewer at once.`, details);
  }
  let revoked = 0;
  const one = async (id: string): Promise<void> => {
    if (await revokeAllOf(caller, id, reason)) revoked += 1;
  };
  const left = await concurrently(ids, one, until);
  if (left > 0) throw problem('TIMEOUT', `${left} devices are left: send the request again.`);
  return { revoked, skipped: ids.length - revoked };
}

export const revokeInBulk = defineCapability({
  tables: together([certificateTables, { main: ['GetItem', 'BatchGetItem', 'Query'] }]),
  raises: ['NOT_FOUND', 'BATCH_TOO_LARGE', 'TIMEOUT'],
  handsTo: [RevokeMessage],
  open: () => ({ revokeOf }),
});
