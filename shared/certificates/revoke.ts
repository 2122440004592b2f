import { defineCapability } from '../capability/capability.ts';
import { devices } from '../devices/devices.ts';
import type { StoredDevice } from '../devices/stored.ts';
import { findEntity, requireEntity } from '../entity/rows.ts';
import { nextVersion, writeEntity } from '../entity/write.ts';
import { RevokeMessage } from '../messages/revoke-certificate.ts';
import { type Actor, recordEvent } from '../outbox/event.ts';
import { notFound, problem } from '../problems/problem.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { type CertificateRow, isInForce } from './certificate.ts';
import { publishRevoked } from './publish.ts';
import { closeRotation, restore, rotationOf } from './rotation.ts';
import { certificatesOf, revocationOrder, revokeIn } from './rows.ts';
import { certificateTables } from './tables.ts';

/** Revoking certificates. Ingest refuses what arrives afterwards; a message starts the revocation at the broker. */

const main = new Table('main');

/** Revokes these certificates of a device, and updates its other certificate and its open rotation accordingly. */
export async function endCertificates(
  actor: Actor,
  device: StoredDevice,
  ended: readonly CertificateRow[],
  reason: string | undefined,
): Promise<void> {
  const { reference } = actor.tenant;
  const isEnded = (id: string | undefined) => ended.some((one) => one.id === id);
  const left = (await certificatesOf(reference, device.id)).filter((row) => isInForce(row) && !isEnded(row.id));
  const rotation = await rotationOf(reference, device.id);
  const old = left.find(({ id }) => id === rotation?.old);
  const current = old ?? left.find(({ id }) => id === rotation?.fresh) ?? left[0];
  const closes = rotation !== undefined && (isEnded(rotation.fresh) || isEnded(rotation.old));
  const certificateId =
    closes || isEnded(device.values.certificateId ?? undefined) ? (current?.id ?? null) : device.values.certificateId;
  const next = nextVersion(device, { ...device.values, certificateId });
  await writeEntity(devices, actor, device, next, (transaction) => {
    for (const one of ended) {
      revokeIn(transaction, reference, one, reason);
      publishRevoked(transaction, actor.tenant, one, reason);
    }
    if (closes) closeRotation(transaction, reference, device.id, rotation);
    if (closes && old?.status === 'RETIRING') restore(transaction, reference, old);
    for (const one of ended) {
      recordEvent(transaction, actor, {
        action: 'certificate.revoke',
        resourceType: 'certificate',
        resourceId: one.id,
        changes: { status: [one.status, 'REVOKED'], revokeReason: [null, reason ?? null] },
        handOver: [revocationOrder(reference, one)],
      });
    }
  });
}

/** @throws NOT_FOUND, INVALID_TRANSITION if it is already revoked */
async function revoke(
  actor: Actor,
  deviceId: string,
  certificateId: string,
  reason: string | undefined,
): Promise<CertificateRow> {
  const { tenant } = actor;
  const key = certificateKeys.certificate(tenant.reference, deviceId, certificateId);
  await retryingRaces(async () => {
    const device = await requireEntity(devices, tenant, deviceId);
    const row = await main.get<CertificateRow>(key);
    if (!row) throw notFound('certificate');
    if (row.status === 'REVOKED') {
      throw problem('INVALID_TRANSITION', 'This certificate is already revoked.', { from: 'REVOKED', to: 'REVOKED' });
    }
    await endCertificates(actor, device, [row], reason);
  });
  return (await main.get<CertificateRow>(key))!;
}

/** @returns whether the device had certificates in force */
export async function revokeAllOf(actor: Actor, deviceId: string, reason: string): Promise<boolean> {
  return await retryingRaces(async () => {
    const device = await findEntity(devices, actor.tenant.reference, deviceId);
    const rows = device ? await certificatesOf(actor.tenant.reference, deviceId) : [];
    const inForce = rows.filter((row) => isInForce(row));
    if (!device || inForce.length === 0) return false;
    await endCertificates(actor, device, inForce, reason);
    return true;
  });
}

export const revokeCertificates = defineCapability({
  tables: certificateTables,
  raises: ['NOT_FOUND', 'INVALID_TRANSITION'],
  handsTo: [RevokeMessage],
  open: () => ({ revoke }),
});
