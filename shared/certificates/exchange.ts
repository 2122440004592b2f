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
 * The certificate that a registration token or a rotation was exchanged for. It is issued inactive, and recorded on the
 * condition that none is recorded yet. If two calls exchange the same thing at once, the second one deletes the
 * certificate that it got and uses the recorded one.
 */

export interface Exchanged extends IssuedCertificate {
  /** Milliseconds since 1970. */
  readonly issuedAt: number;
}

const main = new Table('main');
/** How long a client that has lost the answer can retry. The row is deleted some time later. */
export const retryWindowMilliseconds = 24 * 3_600_000;
const keptSeconds = 2 * 86_400;

/**
 * The certificate of a claimed exchange: the one that is recorded, or else a new one.
 *
 * @param of the id of the token or rotation, each of which is exchanged for one certificate only
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
    // The recorded certificate may be our own: the answer to an earlier put was lost.
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
 * Activates a recorded certificate at the broker. A concurrent revocation may reach the broker first. So the registry
 * is read again afterwards, and a revoked certificate is revoked once more.
 */
export async function activate(tenant: TenantReference, deviceId: string, issued: IssuedCertificate): Promise<void> {
  await activateCertificate(issued.id);
  const row = await main.get<CertificateRow>(certificateKeys.certificate(tenant, deviceId, issued.id));
  if (!isInForce(row)) await revokeCertificate(issued, deviceId);
}
