import { type DueStep, dropDue, putDue } from '../due/due.ts';
import { TendMessage } from '../messages/tend-certificates.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { CertificateRow } from './certificate.ts';

/** What is due when a certificate expires: the warnings before that, and its revocation at the broker. */

const warningDays = [30, 7, 1];
const millisecondsPerDay = 86_400_000;

const subjectOf = (id: string): string => `certificate#${id}`;

export function scheduleEnd(
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

export const dropEnd = (transaction: Transaction, tenant: TenantReference, id: string): void =>
  dropDue(transaction, tenant, subjectOf(id));
