import { RevokeMessage } from '../messages/revoke-certificate.ts';
import type { Order } from '../queue/message.ts';
import { absent, setAll, unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { type CertificateRow, isInForce } from './certificate.ts';
import { dropEnd, scheduleEnd } from './ends.ts';

/** Certificates in transactions. A device's own row is in each of them, so that no two decide for one device at once. */

const main = new Table('main');

const expiryKey = (tenant: TenantReference, expiresAt: number, id: string) =>
  certificateKeys.expiry(tenant, new Date(expiresAt).toISOString(), id);

/** The certificates of a device, whatever has become of them. */
export const certificatesOf = (tenant: TenantReference, deviceId: string): Promise<CertificateRow[]> =>
  main.queryAll<CertificateRow>(certificateKeys.certificates(tenant, deviceId));

/** Those that are in force. */
export async function inForceOf(tenant: TenantReference, deviceId: string): Promise<CertificateRow[]> {
  return (await certificatesOf(tenant, deviceId)).filter((row) => isInForce(row));
}

/**
 * Adds a new certificate to a transaction: its row, whose it is, where its end stands among the others, and what is to be
 * told before it.
 */
export function putCertificate(transaction: Transaction, tenant: TenantReference, row: CertificateRow): void {
  const { id, deviceId, expiresAt } = row;
  scheduleEnd(transaction, tenant, row);
  transaction.put(main, certificateKeys.certificate(tenant, deviceId, id), { ...row }, absent, lostRace);
  transaction.put(main, certificateKeys.bearer(platformReference, id), { tenant, deviceId });
  transaction.put(main, expiryKey(tenant, expiresAt, id), { deviceId });
}

/** Ends a certificate in a transaction, if it still is as it was read: it is refused from then on. */
export function revokeIn(
  transaction: Transaction,
  tenant: TenantReference,
  { id, deviceId, status, expiresAt }: CertificateRow,
  reason: string | undefined,
): void {
  const key = certificateKeys.certificate(tenant, deviceId, id);
  const changed = {
    status: 'REVOKED',
    revokedAt: Date.now(),
    ...(reason === undefined ? {} : { revokeReason: reason }),
  };
  transaction.update(main, key, setAll(changed), unchanged({ status }), lostRace);
  transaction.delete(main, expiryKey(tenant, expiresAt, id));
  dropEnd(transaction, tenant, id);
}

/** Tells the broker that a certificate has ended, once the transaction is done. */
export const tellBroker = (tenant: TenantReference, { id, deviceId }: CertificateRow): Order =>
  RevokeMessage.order({ tenant, deviceId, certificateId: id });
