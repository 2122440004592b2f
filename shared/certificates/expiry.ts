import { type DueStep, dropDue, putDue } from '../due/due.ts';
import { TendMessage } from '../messages/tend-certificates.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { CertificateRow } from './certificate.ts';

/** The due messages of a certificate's expiry: the warnings before it, and the revocation at the broker. */

const warningDays = [30, 7, 1];
const millisecondsPerDay = 86_400_000;

const subjectOf = (id: string): string => `certificate#${id}`;

export function scheduleExpiry(
  transaction: Transaction,
  tenant: TenantReference,
  { id, deviceId, issuedAt, expiresAt }: CertificateRow,
): void {
  const about = { tenant, deviceId, certificateId: id };
  const step = (at: number, message: TendMessage): DueStep<TendMessage> => ({ at, message });
  // A certificate that lives three weeks gets no warning 30 days ahead.
  const warnings = warningDays
    .map((days) => step(expiresAt - days * millisecondsPerDay, { kind: 'expiring', ...about, days }))
    .filter(({ at }) => at > issuedAt);
  putDue(transaction, tenant, subjectOf(id), TendMessage, [
    ...warnings,
    step(expiresAt, { kind: 'expired', ...about }),
  ]);
}

export const dropExpiry = (transaction: Transaction, tenant: TenantReference, id: string): void =>
  dropDue(transaction, tenant, subjectOf(id));
