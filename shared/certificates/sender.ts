import { readWithWorkspace, type StoredDevice } from '../devices/stored.ts';
import { together } from '../entity/grants.ts';
import { newRequestId } from '../http/request.ts';
import type { DeviceMessage } from '../messages/device-message.ts';
import { RevokeMessage } from '../messages/revoke-certificate.ts';
import type { Actor } from '../outbox/event.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../tenancy/workspace-record.ts';
import { type CertificateRow, wasInForce } from './certificate.ts';
import { noteFirstUse } from './first-use.ts';
import { certificateTables } from './tables.ts';

/** The sender of a message: the device that the certificate belongs to, if it was in force when the message arrived. */
export interface Sender {
  readonly actor: Actor;
  readonly workspace: WorkspaceRow;
  readonly device: StoredDevice;
  readonly certificate: CertificateRow;
}

/**
 * @param certificateId the certificate with which the sender connected
 * @param at when the broker received it, in milliseconds since 1970
 */
export async function findSender(
  tenant: TenantReference,
  deviceId: string,
  certificateId: string,
  at: number,
): Promise<Sender | undefined> {
  const key = certificateKeys.certificate(tenant, deviceId, certificateId);
  const read = await readWithWorkspace(tenant, deviceId, key);
  const certificate = read?.rows[0] as CertificateRow | undefined;
  if (!read || !wasInForce(certificate, at)) return undefined;
  const { workspace, device } = read;
  const actor = {
    tenant: tenantOf(workspace),
    principal: `device_${deviceId}`,
    address: '',
    requestId: newRequestId(),
  };
  return { actor, workspace, device, certificate };
}

/** The sender of a message on a topic of a device; undefined if the sender is not that device. */
export async function senderOf({ tenant, deviceId, principal, at }: DeviceMessage): Promise<Sender | undefined> {
  return tenant && deviceId && principal ? await findSender(tenant, deviceId, principal, at) : undefined;
}

/**
 * The rights of a capability that identifies senders and records the first use of certificates; its `handsTo` is
 * `addresseesOfUse`.
 */
export const tablesOfUse = together([certificateTables, { main: ['BatchGetItem'] }]);
export const addresseesOfUse = [RevokeMessage];

/** Records the first use of a sender's certificate, if it was not used before. */
export async function noteUse({ actor, device, certificate }: Sender): Promise<void> {
  if (certificate.firstUsedAt === undefined) await noteFirstUse(actor, device.id, certificate.id);
}
