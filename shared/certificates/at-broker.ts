import { defineCapability } from '../capability/capability.ts';
import { revokeCertificate } from '../iot/identities.ts';
import type { RevokeMessage } from '../messages/revoke-certificate.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { Table } from '../table/table.ts';
import { type CertificateRow, isInForce } from './certificate.ts';

const main = new Table('main');

/**
 * Revokes a certificate at the broker. Ingest has refused it since it was revoked in the registry, so this may run late
 * and more than once.
 */
async function revoke({ tenant, deviceId, certificateId }: RevokeMessage): Promise<void> {
  const row = await main.get<CertificateRow>(certificateKeys.certificate(tenant, deviceId, certificateId));
  if (row && !isInForce(row)) await revokeCertificate(row, deviceId);
}

export const revokeAtBroker = defineCapability({
  tables: { main: ['GetItem'] },
  broker: ['revoke'],
  open: () => ({ revoke }),
});
