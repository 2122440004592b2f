import { RevokeMessage } from '../messages/revoke-certificate.ts';
import type { Order } from '../queue/message.ts';
import { absent, setAll, unchanged } from '../table/expressions.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { lostRace } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import { platformReference, type TenantReference } from '../tenancy/tenant.ts';
import { type CertificateRow, isInForce } from './certificate.ts';
import { dropExpiry, scheduleExpiry } from './expiry.ts';

/**
 * Parts of transactions that change certificates. Each such transaction writes the row of the device too, so two of
 * them for one device cannot both succeed.
 */

const main = new Table('main');

const expiryKey = (tenant: TenantReference, expiresAt: number, id: string) =>
  certificateKeys.expiry(tenant, new Date(expiresAt).toISOString(), id);

/** All certificates of a device, whatever their status. */
export const certificatesOf = (tenant: TenantReference, deviceId: string): Promise<CertificateRow[]> =>
  main.queryAll<CertificateRow>(certificateKeys.certificates(tenant, deviceId));

/** The certificates of a device that are in force. */
export async function inForceOf(tenant: TenantReference, deviceId: string): Promise<CertificateRow[]> {
  return (await certificatesOf(tenant, deviceId)).filter((row) => isInForce(row));
}

/**
 * Adds a new certificate to a transaction: its row, the row that finds its device, its entry in the list of expiries,
 * and the messages that will be due.
 */
export function putCertificate(transaction: Transaction, tenant: TenantReference, row: CertificateRow): void {
  const { id, deviceId, expiresAt } = row;
  scheduleExpiry(transaction, tenant, row);
  transaction.put(main, certificateKeys.certificate(tenant, deviceId, id), { ...row }, absent, lostRace);
  transaction.put(main, certificateKeys.bearer(platformReference, id), { tenant, deviceId });
  transaction.put(main, expiryKey(tenant, expiresAt, id), { deviceId });
}

/**
 * Revokes a certificate in a transaction, on the condition that it is still as it was read. Ingest refuses what arrives
 * from then on.
 */
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
  dropExpiry(transaction, tenant, id);
}

/** The order to revoke a certificate at the broker; the outbox sends it after the transaction. */
export const revocationOrder = (tenant: TenantReference, { id, deviceId }: CertificateRow): Order =>
  RevokeMessage.order({ tenant, deviceId, certificateId: id });
