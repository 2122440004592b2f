import { countAgainst } from '../limits/limiter.ts';
import { policies } from '../limits/policies.ts';
import type { TenantReference } from '../tenancy/tenant.ts';

/**
 * Counts the addresses that a workspace asks to look up, in any of the possible ways. Addresses that are in the cache
 * count too. Needs `UpdateItem` on the Access table.
 *
 * @throws RATE_LIMIT_EXCEEDED
 */
export async function countLookUps(tenant: TenantReference, addresses: number): Promise<void> {
  if (addresses > 0) await countAgainst(tenant, [{ policy: 'addresses', subject: 'all', amount: addresses }]);
}

/** The limit as text, for the document of routes that look addresses up. */
export const lookUpLimit = `A workspace may have ${policies.addresses.limit} addresses looked up an hour, in bulk creation, previews and sync plans together; then 429.`;
