import { setTimeout as sleep } from 'node:timers/promises';
import { isNamed } from '../aws/faults.ts';
import type { CertificateRow } from '../certificates/certificate.ts';
import { deleteThing, dropCertificate, revokeCertificate } from '../iot/identities.ts';
import { disconnect } from '../iot/service.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { scanPrefix } from '../table/scan.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * Removes a workspace from the broker: the connections, certificates and things of its devices, including the
 * certificates of deleted devices. It may be repeated, and then removes the rest.
 */

const main = new Table('main');
/** A certificate counts as attached for some seconds after it was detached. */
const mostAttempts = 20;
const attemptMilliseconds = 1000;
const notYet = ['InvalidRequestException', 'DeleteConflictException', 'CertificateStateException'];

type Certificate = Pick<CertificateRow, 'id' | 'arn' | 'deviceId'>;

/** @param refused receives how many devices can no longer connect, so far */
export async function leaveBroker(
  tenant: TenantReference,
  refused: (devices: number) => void = () => undefined,
): Promise<void> {
  const certificates = await certificatesOf(tenant);
  for (const one of certificates) await revokeCertificate(one, one.deviceId);
  const devices = [...new Set(certificates.map(({ deviceId }) => deviceId))];
  for (const [i, id] of devices.entries()) {
    await disconnect(id);
    refused(i + 1);
  }
  for (const { id } of certificates) await onceDetached(() => dropCertificate(id));
  for (const id of devices) await onceDetached(() => deleteThing(id));
}

async function certificatesOf(tenant: TenantReference): Promise<Certificate[]> {
  const found: Certificate[] = [];
  for await (const rows of scanPrefix<CertificateRow>(main, certificateKeys.prefix(tenant)))
    found.push(...rows.map(({ id, arn, deviceId }) => ({ id, arn, deviceId })));
  return found;
}

async function onceDetached(act: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await act();
    } catch (error) {
      if (attempt === mostAttempts || !isNamed(error, notYet)) throw error;
      await sleep(attemptMilliseconds);
    }
  }
}
