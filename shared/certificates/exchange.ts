import { isNamed } from '../aws/faults.ts';
import {
  activateCertificate,
  dropCertificate,
  type IssuedCertificate,
  issueCertificate,
  revokeCertificate,
} from '../iot/identities.ts';
import { absent } from '../table/expressions.ts';
import { isConditionFailed } from '../table/faults.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type CertificateRow, isInForce } from './certificate.ts';
import { type CheckedCsr, refusedByBroker } from './csr.ts';

/**
 * The certificate that something was exchanged for. It is issued inactive and recorded on the condition that none is: of
 * two that exchange the same at once, one is recorded, and the other drops what it got and takes that.
 */

export interface Exchanged extends IssuedCertificate {
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
}

const main = new Table('main');
/** How long a lost answer can be had again; the row goes some time later. */
export const answeredAgainMilliseconds = 24 * 3_600_000;
const keptSeconds = 2 * 86_400;

/**
 * The certificate of an exchange that was claimed: the recorded one, or a new one.
 *
 * @param of the id of what is exchanged: it can be exchanged for one certificate only
 * @param giveBack undoes the claim when the broker does not accept the request
 * @throws CSR_INVALID when the broker does not accept the request
 */
export async function exchangeFor(
  tenant: TenantReference,
  of: string,
  csr: CheckedCsr,
  giveBack: () => Promise<void>,
): Promise<Exchanged> {
  const key = certificateKeys.exchange(tenant, of);
  const recorded = await main.get<Exchanged>(key);
  if (recorded) return recorded;
  const issued = await issue(csr, giveBack);
  const now = Date.now();
  const row = { ...issued, issuedAt: now };
  try {
    await main.put(key, { ...row, ttl: Math.ceil(now / 1000) + keptSeconds }, absent);
    return row;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const winner = await main.get<Exchanged>(key);
    // The answer to our own put may have been lost.
    if (winner!.id !== issued.id) await dropCertificate(issued.id);
    return winner!;
  }
}

async function issue({ pem }: CheckedCsr, giveBack: () => Promise<void>): Promise<IssuedCertificate> {
  try {
    return await issueCertificate(pem);
  } catch (error) {
    if (!isNamed(error, ['InvalidRequestException'])) throw error;
    await giveBack();
    throw refusedByBroker();
  }
}

/**
 * Lets the broker take a certificate that the registry holds. Whoever revokes it meanwhile tells the broker before or after
 * that; so the registry is read once more, and the last word is the right one.
 */
export async function activate(tenant: TenantReference, deviceId: string, issued: IssuedCertificate): Promise<void> {
  await activateCertificate(issued.id);
  const row = await main.get<CertificateRow>(certificateKeys.certificate(tenant, deviceId, issued.id));
  if (!isInForce(row)) await revokeCertificate(issued, deviceId);
}
