import { createHash } from 'node:crypto';
import { base62 } from './base62.ts';

/**
 * Eight base62 characters that name a workspace in every table key and in every API key. They are short, because the
 * bytes of a key count as read and write units, and derived from the workspace's id, so that no lookup is needed to get
 * from the id to the reference.
 */
export type TenantReference = string & { readonly __brand: 'TenantReference' };

const length = 8;

/** The reference of a workspace id (a UUID). Creating a workspace asserts that it is unique. */
export function tenantReference(workspaceId: string): TenantReference {
  const digest = createHash('sha256').update(workspaceId).digest();
  return base62(digest, length) as TenantReference;
}

/** Reads a reference out of a credential that was checked to hold one. */
export function asTenantReference(text: string): TenantReference {
  if (!/^[0-9A-Za-z]{8}$/.test(text)) throw new Error('Not a tenant reference');
  return text as TenantReference;
}

/** Used in keys of rows that belong to the deployment and to no workspace, such as the register of slugs. */
export const platformReference = '--------' as TenantReference;

export type Plan = 'free' | 'pro' | 'business' | 'enterprise';

/** The workspace that a credential resolved to: the first argument of everything that touches data. */
export interface Tenant {
  readonly id: string;
  readonly reference: TenantReference;
  readonly environment: 'live' | 'test';
  readonly plan: Plan;
  readonly features: readonly string[];
  /** Partitions over which its outbox is spread. */
  readonly outboxShards: number;
}

/** The deployment itself as a tenant, for records of events whose workspace was not known yet. */
export const platformTenant: Tenant = {
  id: 'platform',
  reference: platformReference,
  environment: 'live',
  plan: 'pro',
  features: [],
  // Nobody lists the events of this tenant: refused sign-ins for addresses that no user has.
  outboxShards: 16,
};
