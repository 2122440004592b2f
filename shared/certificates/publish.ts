import type { EventType } from '../outbox/event-types.ts';
import { publish } from '../outbox/publish.ts';
import { newId } from '../table/ids.ts';
import type { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { type CertificateRow, showCertificate } from './certificate.ts';

/** Publishes an event of a certificate for webhooks and workflows, with the certificate as it is at that time. */
export function publishCertificateEvent(
  transaction: Transaction,
  tenant: Tenant,
  type: Extract<EventType, `certificate.${string}`>,
  row: CertificateRow,
): void {
  publish(transaction, tenant, {
    id: newId(Date.now()),
    type,
    subject: row.deviceId,
    data: showCertificate(row),
    about: { device_ids: [row.deviceId] },
  });
}

/** The same for a certificate that this transaction revokes. */
export function publishRevoked(
  transaction: Transaction,
  tenant: Tenant,
  row: CertificateRow,
  revokeReason: string | undefined,
): void {
  const reason = revokeReason === undefined ? {} : { revokeReason };
  const revoked = { ...row, status: 'REVOKED' as const, revokedAt: Date.now(), ...reason };
  publishCertificateEvent(transaction, tenant, 'certificate.revoked', revoked);
}
