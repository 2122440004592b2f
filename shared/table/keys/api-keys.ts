import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** API keys, in the Access table. */
export const apiKeyKeys = {
  apiKey: (tenant: TenantReference, keyId: string) => key(`${tenant}#key`, keyId),
  apiKeys: (tenant: TenantReference) => partition(`${tenant}#key`),
};
