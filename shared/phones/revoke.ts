import type { Caller } from '../auth/caller.ts';
import { ownerFor } from '../auth/own.ts';
import { isGood, type PhoneRow } from '../auth/phone-record.ts';
import type { UserRow } from '../auth/user-record.ts';
import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { findEntity } from '../entity/rows.ts';
import { addWrite, nextVersion } from '../entity/write.ts';
import type { RevokePhonesMessage } from '../messages/revoke-phones.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { notFound } from '../problems/problem.ts';
import { setAll } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { phoneKeys } from '../table/keys/phones.ts';
import { userKeys } from '../table/keys/users.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { phonesAt, rowsOf } from './phones.ts';

/** Revoking phones: the token is refused from the next request on, and the device is inactive. */

const [main, access] = [new Table('main'), new Table('access')];

/** The row is kept, because the requests of this month and the last one are counted on it. */
const keptSeconds = 62 * 86_400;

const revoked = (now: number) => setAll({ revokedAt: now, ttl: Math.ceil(now / 1000) + keptSeconds });
const paired = { expression: 'attribute_exists(pk) AND attribute_not_exists(revokedAt)' };

/** Idempotent. */
async function revoke(actor: Actor, { sk: id }: Pick<PhoneRow, 'sk'>): Promise<void> {
  const { reference } = actor.tenant;
  const key = phoneKeys.phone(reference, id);
  await retryingRaces(async () => {
    const [row, device] = await Promise.all([access.get<PhoneRow>(key), findEntity(devices, reference, id)]);
    if (!row || row.revokedAt !== undefined) return;
    const transaction = new Transaction();
    transaction.update(access, key, revoked(Date.now()), paired, lostRace);
    transaction.delete(access, phoneKeys.ofUser(reference, row.userId, id));
    recordEvent(transaction, actor, {
      action: 'mobile_device.revoke',
      resourceType: devices.name,
      resourceId: id,
      changes: {},
    });
    if (device && device.values.status !== 'INACTIVE') {
      const after = nextVersion(device, { ...device.values, status: 'INACTIVE' });
      await addWrite(transaction, devices, actor, device, after);
    }
    await transaction.commit();
  });
}

/** Ends the credential of a device that is deleted. It is refused already, since the device is gone. */
export async function forgetPhone(tenant: TenantReference, id: string): Promise<void> {
  const row = await access.get<PhoneRow>(phoneKeys.phone(tenant, id));
  if (!row || row.revokedAt !== undefined) return;
  await access.delete(phoneKeys.ofUser(tenant, row.userId, id));
  await access.update(phoneKeys.phone(tenant, id), revoked(Date.now()), paired).catch(unlessChanged);
}

export const tablesOfForgetting = { access: ['GetItem', 'UpdateItem', 'DeleteItem'] } as const;

/** @throws NOT_FOUND for an id that is not a paired phone which the caller sees */
async function revokeOne(caller: Caller, id: string): Promise<void> {
  const { reference } = caller.tenant;
  const row = await access.get<PhoneRow>(phoneKeys.phone(reference, id));
  const owner = ownerFor(caller, 'mobile_devices:delete');
  const isSeen = row && (owner === undefined || row.userId === owner);
  const [phone] = isSeen ? await phonesAt(reference, [row]) : [];
  if (!phone) throw notFound('device');
  await revoke(caller, phone.row);
}

/** Revokes the phones that a user lost by being disabled or deleted; those that were paired since stay. */
async function revokeLost({ tenant, userId }: RevokePhonesMessage): Promise<void> {
  const [workspace, user, rows] = await Promise.all([
    main.get<WorkspaceRow>(workspaceKeys.workspace(tenant)),
    access.get<UserRow>(userKeys.user(tenant, userId)),
    rowsOf(tenant, userId),
  ]);
  if (!workspace) return;
  const actor = systemCaller(workspace);
  for (const row of rows) if (!isGood(row, user)) await revoke(actor, row);
}

const tables = together([
  tablesOf(devices, 'change'),
  {
    access: ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem'],
    main: ['GetItem', 'BatchGetItem', 'PutItem'],
  },
]);

export const revokePhones = defineCapability({ tables, raises: ['NOT_FOUND'], open: () => ({ revoke: revokeOne }) });

export const revokeLostPhones = defineCapability({ tables, open: () => ({ revokeLost }) });
