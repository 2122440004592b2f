import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Trips of devices (the API calls them sessions), in the Main table. Their ids begin with the instant of their start. */
export const tripKeys = {
  trip: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#trip#${deviceId}`, id),
  trips: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#trip#${deviceId}`),
  /** What people have written to it. */
  tripBody: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#trip-body#${deviceId}`, id),
};
