import { createHash } from 'node:crypto';
import { base62 } from './base62.ts';

/**
 * Eight base62 characters that name a workspace in every table key and in every API key: short, because bytes of a key
 * are read and write units, and derived from the workspace's id, so that neither needs the other looked up.
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

/** Rows that belong to the deployment and to no workspace, such as the register of unique slugs. */
export const platformReference = '--------' as TenantReference;

export type Plan = 'free' | 'pro' | 'business' | 'enterprise';

/** The workspace that a credential resolved to: the first argument of everything that touches data. */
export interface Tenant {
  readonly id: string;
  readonly reference: TenantReference;
  readonly environment: 'live' | 'test';
  readonly plan: Plan;
  readonly features: readonly string[];
}

/** The deployment itself where a record needs a tenant: what happened before anybody knew whose it is. */
export const platformTenant: Tenant = {
  id: 'platform',
  reference: platformReference,
  environment: 'live',
  plan: 'pro',
  features: [],
};
