import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** The data key of a workspace, encrypted, in the Main table. */
export const secretsKeys = {
  dataKey: (tenant: TenantReference) => key(`${tenant}#secrets`, 'data-key'),
};
