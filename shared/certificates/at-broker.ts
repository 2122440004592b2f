import { defineCapability } from '../capability/capability.ts';
import type { PresenceRow } from '../devices/presence.ts';
import { revokeCertificate } from '../iot/identities.ts';
import { disconnect } from '../iot/service.ts';
import type { RevokeMessage } from '../messages/revoke-certificate.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { deviceKeys } from '../table/keys/devices.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type CertificateRow, isInForce } from './certificate.ts';

const main = new Table('main');

const read = (tenant: TenantReference, deviceId: string, id: string) =>
  main.get<CertificateRow>(certificateKeys.certificate(tenant, deviceId, id));

/**
 * Revokes a certificate at the broker, and ends its connection. Ingest has refused it since it was revoked in the registry,
 * so this may run late and more than once.
 */
async function revoke({ tenant, deviceId, certificateId }: RevokeMessage): Promise<void> {
  const row = await read(tenant, deviceId, certificateId);
  if (!row || isInForce(row)) return;
  await revokeCertificate(row, deviceId);
  if (!(await isConnectedOtherwise(tenant, deviceId))) await disconnect(deviceId);
}

/** Whether the connection was opened with a certificate in force, as after a rotation. A device has one connection. */
async function isConnectedOtherwise(tenant: TenantReference, deviceId: string): Promise<boolean> {
  const presence = await main.get<PresenceRow>(deviceKeys.presence(tenant, deviceId));
  if (!presence?.connected) return false;
  return isInForce(await read(tenant, deviceId, presence.certificateId));
}

export const revokeAtBroker = defineCapability({
  tables: { main: ['GetItem'] },
  broker: ['revoke'],
  open: () => ({ revoke }),
});
