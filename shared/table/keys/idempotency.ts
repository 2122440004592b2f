import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashedAll, key } from '../key.ts';

/** Idempotency records: responses that are kept for repeated requests, in the Access table. */
export const idempotencyKeys = {
  /** Parts may hold any characters, since they are hashed. */
  record: (tenant: TenantReference, ...parts: readonly string[]) => key(`${tenant}#once`, hashedAll(parts)),
};
