import { Problem } from '../problems/problem.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import { type Counted, type Counter, countAgainst } from './limiter.ts';
import { type CallerKind, type Policy, type PolicyName, policies } from './policies.ts';

/**
 * The limit of an endpoint for one caller. A limit of each credential is counted in parallel with the credential's own
 * rate. A limit that a workspace shares is counted after the credential was accepted, so that nobody outside the
 * workspace can use it up.
 */

export interface Limited {
  readonly kind: CallerKind;
  /** `key_<keyId>` or `user_<uuid>`. */
  readonly principal: string;
  /**
   * The hash of a key's secret as the request presented it. Someone who knows only the id of a key thus has a separate
   * counter.
   */
  readonly secretHash?: string | undefined;
}

/** The counter of an endpoint's limit for this caller. */
export function counterOf({ kind, principal, secretHash = '' }: Limited, policy: PolicyName): Counter {
  const { limit, subject }: Policy = policies[policy];
  if (subject === 'credential') return { policy, subject: principal + secretHash, kind };
  if (subject !== 'workspace') throw new Error(`Policy ${policy} is of one ${subject}, not of a caller`);
  return { policy, subject: typeof limit === 'number' ? 'all' : kind, kind };
}

export const isShared = (policy: PolicyName): boolean => policies[policy].subject === 'workspace';

export interface EndpointCount {
  readonly counted: readonly Counted[];
  /** The limit is reached. */
  readonly refusal: Problem | undefined;
}

export const notLimited: EndpointCount = { counted: [], refusal: undefined };

export async function countEndpoint(
  tenant: TenantReference,
  caller: Limited,
  policy: PolicyName,
): Promise<EndpointCount> {
  try {
    return { counted: await countAgainst(tenant, [counterOf(caller, policy)]), refusal: undefined };
  } catch (error) {
    if (error instanceof Problem && error.code === 'RATE_LIMIT_EXCEEDED') return { counted: [], refusal: error };
    throw error;
  }
}
