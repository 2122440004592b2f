import { defineCapability } from '../capability/capability.ts';
import { isInForce } from '../certificates/certificate.ts';
import { publishRevoked } from '../certificates/publish.ts';
import { certificatesOf, revokeIn } from '../certificates/rows.ts';
import { together } from '../entity/grants.ts';
import { deleteThing, revokeCertificate } from '../iot/identities.ts';
import { disconnect } from '../iot/service.ts';
import { RetireMessage } from '../messages/retire-device.ts';
import type { UnlinkMessage } from '../messages/unlink.ts';
import { forgetPhone, tablesOfForgetting as tablesOfPhones } from '../phones/revoke.ts';
import { forgetItemsOf, tablesOfForgetting } from '../quarantine/forget.ts';
import { sendTo } from '../queue/sender.ts';
import { newestTokenOf, revokeToken } from '../registration/open-token.ts';
import { statusOf } from '../registration/token.ts';
import { setAll } from '../table/expressions.ts';
import { unlessChanged } from '../table/faults.ts';
import { keyOf } from '../table/key.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { tripKeys } from '../table/keys/trips.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { type HeadRow, insideOf, readHead } from '../tracking/head.ts';
import { isOpen, readCurrent, type TripHead } from '../trips/current.ts';
import { retainedUntil } from '../trips/trip.ts';
import { concurrently } from '../worker/concurrently.ts';

/** Removing everything that belonged to a deleted device: its tokens, its certificates, its thing and its rows. */

const main = new Table('main');
/** The time limit of one run; the next run removes what is left in the quarantine. */
const longestMilliseconds = 40_000;
const deleted = 'The device was deleted';

/** Idempotent. An exchange that is still running finds no device, and removes what it has created. */
async function retire(message: UnlinkMessage): Promise<void> {
  const { tenant, id } = message;
  const until = Date.now() + longestMilliseconds;
  await retryingRaces(() => revokeOpenToken(tenant, id));
  await retryingRaces(() => revokeAll(tenant, id));
  for (const certificate of await certificatesOf(tenant, id)) await revokeCertificate(certificate, id);
  await forgetPhone(tenant, id);
  await disconnect(id);
  await deleteThing(id);
  await abandonTrip(tenant, id);
  await leaveAll(tenant, id);
  const rows = await main.queryAll<{ pk: string; sk: string }>(deviceKeys.rows(tenant, id));
  await Promise.all(rows.map((row) => main.delete(keyOf(row))));
  if (!(await forgetItemsOf(tenant, id, until))) await sendTo(RetireMessage.order(message));
}

/** Removes the device from the lists of devices inside geofences. */
async function leaveAll(tenant: TenantReference, id: string): Promise<void> {
  const head = await main.get<HeadRow>(deviceKeys.head(tenant, id));
  const inside = insideOf(readHead(head).state);
  await concurrently(
    inside,
    (geofenceId) => main.delete(deviceKeys.insideOne(tenant, geofenceId, id)),
    Number.POSITIVE_INFINITY,
  );
}

async function revokeOpenToken(tenant: TenantReference, id: string): Promise<void> {
  const { row } = await newestTokenOf(tenant, id);
  if (!row || statusOf(row) !== 'PENDING') return;
  const transaction = new Transaction();
  revokeToken(transaction, tenant, row);
  await transaction.commit();
}

async function revokeAll(tenant: TenantReference, id: string): Promise<void> {
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  for (const certificate of await certificatesOf(tenant, id)) {
    if (!isInForce(certificate)) continue;
    const transaction = new Transaction();
    revokeIn(transaction, tenant, certificate, deleted);
    if (workspace) publishRevoked(transaction, tenantOf(workspace), certificate, deleted);
    await transaction.commit();
  }
}

/** Nobody will end an open trip, so the retention of its rows begins here. */
async function abandonTrip(tenant: TenantReference, id: string): Promise<void> {
  const [head, workspace] = (await main.getMany([
    deviceKeys.head(tenant, id),
    workspaceKeys.workspace(tenant),
  ])) as unknown as [TripHead | undefined, WorkspaceRow | undefined];
  const current = readCurrent(head ?? {});
  if (!isOpen(current) || !workspace) return;
  const ends = setAll({ ttl: retainedUntil(workspace.plan, Date.now()) });
  const exists = { expression: 'attribute_exists(pk)' };
  for (const key of [tripKeys.trip(tenant, id, current.id), tripKeys.tripBody(tenant, id, current.id)]) {
    await main.update(key, ends, exists).catch(unlessChanged);
  }
}

export const retireDevices = defineCapability({
  tables: together([
    { main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] },
    tablesOfForgetting,
    tablesOfPhones,
  ]),
  broker: ['revoke'],
  sendsTo: [RetireMessage],
  open: () => ({ retire }),
});
