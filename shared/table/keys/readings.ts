import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** What devices have measured, in the Telemetry table. A partition is that of a device and a day in UTC. */
export const readingKeys = {
  /** A message as it came; its id begins with the instant of receipt. */
  message: (tenant: TenantReference, deviceId: string, day: string, id: string) =>
    key(`${tenant}#readings#${deviceId}#${day}`, id),
  messages: (tenant: TenantReference, deviceId: string, day: string) =>
    partition(`${tenant}#readings#${deviceId}#${day}`),
};
