import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Profiles beside their entities, in the Main table. */
export const profileKeys = {
  /** A serial number, raised by writes after which a sensor profile may be used, or may be gone. */
  pins: (tenant: TenantReference) => key(`${tenant}#profiles`, 'pins'),
};
