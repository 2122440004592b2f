import type { CheckedCsr } from '../certificates/csr.ts';
import { retryWindowMilliseconds } from '../certificates/exchange.ts';
import { problem } from '../problems/problem.ts';
import { isConditionFailed, unlessChanged } from '../table/faults.ts';
import { certificateKeys } from '../table/keys/certificates.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { findToken } from './open-token.ts';
import type { TokenRow } from './token.ts';

/**
 * Using a registration token: one conditional write, which records the certificate request that it is exchanged for.
 */

const main = new Table('main');

export const revokedToken = () => problem('REGISTRATION_TOKEN_REVOKED', 'This token is revoked: ask for a new one.');

/**
 * Checks that a token can be exchanged for this request.
 *
 * @returns whether the same request claimed it before; then the exchange continues where it stopped
 * @throws REGISTRATION_TOKEN_REVOKED, REGISTRATION_TOKEN_USED, REGISTRATION_TOKEN_EXPIRED
 */
export function requireUsable({ revokedAt, usedAt, csr, expiresAt }: TokenRow, { digest }: CheckedCsr): boolean {
  const now = Date.now();
  if (revokedAt !== undefined) throw revokedToken();
  if (usedAt !== undefined) {
    if (csr === digest && now < usedAt + retryWindowMilliseconds) return true;
    throw problem('REGISTRATION_TOKEN_USED', 'This token has already been exchanged: ask for a new one.');
  }
  if (expiresAt <= now) throw problem('REGISTRATION_TOKEN_EXPIRED', 'This token has expired: ask for a new one.');
  return false;
}

/**
 * Claims a token for a request. A call that loses the race is checked against the claim of the first.
 *
 * @returns whether the same request claimed it before
 */
export async function claim(tenant: TenantReference, token: TokenRow, csr: CheckedCsr): Promise<boolean> {
  if (requireUsable(token, csr)) return true;
  const now = Date.now();
  const update = { expression: 'SET usedAt = :now, csr = :csr', values: { ':now': now, ':csr': csr.digest } };
  const open = {
    expression: 'attribute_not_exists(usedAt) AND attribute_not_exists(revokedAt) AND expiresAt > :now',
    values: { ':now': now },
  };
  try {
    await main.update(certificateKeys.registration(tenant, token.sk), update, open);
    return false;
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const current = await findToken(tenant, token.sk);
    if (!current || !requireUsable(current, csr)) throw revokedToken();
    return true;
  }
}

/** Undoes the claim of a token after the broker has refused the request. */
export async function unclaim(tenant: TenantReference, { sk }: TokenRow, { digest }: CheckedCsr): Promise<void> {
  const update = { expression: 'REMOVE usedAt, csr' };
  const mine = { expression: 'csr = :csr', values: { ':csr': digest } };
  await main.update(certificateKeys.registration(tenant, sk), update, mine).catch(unlessChanged);
}
