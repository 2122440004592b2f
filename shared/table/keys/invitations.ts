import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, partition } from '../key.ts';

/** Invitations, in the Main table. */
export const invitationKeys = {
  invitation: (tenant: TenantReference, id: string) => key(`${tenant}#invitation`, id),
  invitations: (tenant: TenantReference) => partition(`${tenant}#invitation`),
  /** The guard for one open invitation for each address. */
  email: (tenant: TenantReference, email: string) => key(`${tenant}#invitation-email`, hashed(email)),
};
