import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** In the Access table. */
export const actionKeys = {
  /** An effect that an event at a geofence has had. */
  done: (tenant: TenantReference, eventId: string, effect: string) => key(`${tenant}#action#${eventId}`, effect),
};
