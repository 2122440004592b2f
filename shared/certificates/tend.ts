import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import { findEntity } from '../entity/rows.ts';
import { touched, writeEntity } from '../entity/write.ts';
import { RevokeMessage } from '../messages/revoke-certificate.ts';
import type { TendMessage } from '../messages/tend-certificates.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { sendTo } from '../queue/sender.ts';
import { setAll, unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { type CertificateRow, isInForce } from './certificate.ts';
import { publishCertificateEvent } from './publish.ts';
import { endCertificates } from './revoke.ts';
import { closeRotation, rotationOf } from './rotation.ts';
import { certificatesOf } from './rows.ts';
import { certificateTables } from './tables.ts';

/** Processes what is due for certificates: warnings, expiry, the end of a rotation. Idempotent. */

type Of<K extends TendMessage['kind']> = Extract<TendMessage, { kind: K }>;

const main = new Table('main');

async function handleDue(message: TendMessage): Promise<void> {
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(message.tenant));
  if (!workspace) return;
  const actor = systemCaller(workspace);
  if (message.kind === 'expiring') await retryingRaces(() => warn(actor, message));
  else if (message.kind === 'expired') await expire(message);
  else if (message.kind === 'stalled') await retryingRaces(() => reportStalled(actor, message));
  else await retryingRaces(() => endRotation(actor, message));
}

/** Records the event of a warning, once for each of the warnings, if the certificate is still in force. */
async function warn(actor: Actor, { tenant, deviceId, certificateId, days }: Of<'expiring'>): Promise<void> {
  const key = certificateKeys.certificate(tenant, deviceId, certificateId);
  const row = await main.get<CertificateRow>(key);
  if (!isInForce(row) || (row.warnedDays !== undefined && row.warnedDays <= days)) return;
  const transaction = new Transaction();
  const asRead = unchanged({ status: row.status, warnedDays: row.warnedDays });
  transaction.update(main, key, setAll({ warnedDays: days }), asRead, lostRace);
  recordEvent(transaction, actor, {
    action: 'certificate.expiring',
    resourceType: 'certificate',
    resourceId: certificateId,
    changes: { daysLeft: [null, days], deviceId: [null, deviceId] },
  });
  publishCertificateEvent(transaction, actor.tenant, 'certificate.expiring', row);
  await transaction.commit();
}

/** An expired certificate: ingest already refuses it, and now the broker does too. */
async function expire({ tenant, deviceId, certificateId }: Of<'expired'>): Promise<void> {
  await sendTo(RevokeMessage.order({ tenant, deviceId, certificateId }));
}

/** Records the event, once, that the device has not used the new certificate for three quarters of the overlap. */
async function reportStalled(actor: Actor, { tenant, deviceId, rotation: id }: Of<'stalled'>): Promise<void> {
  const rotation = await rotationOf(tenant, deviceId);
  if (rotation?.id !== id || rotation.fresh === undefined) return;
  const key = certificateKeys.certificate(tenant, deviceId, rotation.fresh);
  const fresh = await main.get<CertificateRow>(key);
  if (!isInForce(fresh) || fresh.stalledAt !== undefined) return;
  const transaction = new Transaction();
  const asRead = unchanged({ status: fresh.status, stalledAt: undefined, firstUsedAt: undefined });
  transaction.update(main, key, setAll({ stalledAt: Date.now() }), asRead, lostRace);
  recordEvent(transaction, actor, {
    action: 'certificate.rotation_stalled',
    resourceType: 'certificate',
    resourceId: fresh.id,
    changes: { deviceId: [null, deviceId] },
  });
  publishCertificateEvent(transaction, actor.tenant, 'certificate.rotation_stalled', fresh);
  await transaction.commit();
}

/**
 * The overlap is over and the device has not used the new certificate: the old one stays, so that the device is not
 * locked out.
 */
async function endRotation(actor: Actor, { tenant, deviceId, rotation: id }: Of<'ended'>): Promise<void> {
  const [rotation, device] = [await rotationOf(tenant, deviceId), await findEntity(devices, tenant, deviceId)];
  if (rotation?.id !== id || !device) return;
  const rows = (await certificatesOf(tenant, deviceId)).filter((row) => isInForce(row));
  const [old, fresh] = [rows.find((row) => row.id === rotation.old), rows.find((row) => row.id === rotation.fresh)];
  if (old && fresh) return await endCertificates(actor, device, [fresh], 'Not used before the overlap was over');
  // If the old one is no longer in force, the new one is the only one that the device has.
  await writeEntity(devices, actor, device, touched(device, device.values), (transaction) =>
    closeRotation(transaction, tenant, deviceId, rotation),
  );
}

export const tendCertificates = defineCapability({
  tables: certificateTables,
  sendsTo: [RevokeMessage],
  handsTo: [RevokeMessage],
  open: () => ({ handleDue }),
});
