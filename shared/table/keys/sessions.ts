import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Sessions, in the Access table. */
export const sessionKeys = {
  /** One family of refresh tokens. */
  session: (tenant: TenantReference, sessionId: string) => key(`${tenant}#session`, sessionId),
};
