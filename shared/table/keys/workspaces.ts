import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Workspaces, and the register of their slugs, which are unique in the deployment. In the Main table. */
export const workspaceKeys = {
  workspace: (tenant: TenantReference) => key(`${tenant}#workspace`, 'workspace'),
  /** Under the platform's own reference. */
  slug: (platform: TenantReference, slug: string) => key(`${platform}#slug`, slug),
  slugs: (platform: TenantReference) => partition(`${platform}#slug`),
};
