import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key } from '../key.ts';

/** Counters of rate limits, in the Access table. */
export const limitKeys = {
  /** The requests in one window of a limit; `subject` may hold any characters. */
  window: (tenant: TenantReference, policy: string, subject: string, window: number) =>
    key(`${tenant}#limit#${policy}#${hashed(subject)}`, String(window)),
};
