import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, partition } from '../key.ts';

/** Events that devices send. */
export const deviceEventKeys = {
  /** In the Telemetry table, by when it happened: in milliseconds since 1970. */
  event: (tenant: TenantReference, deviceId: string, at: number, id: string) =>
    key(`${tenant}#device-event#${deviceId}`, `${String(at).padStart(15, '0')}#${id}`),
  events: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#device-event#${deviceId}`),
  /** Marks a message as taken, in the Access table. Its id may hold any characters. */
  taken: (tenant: TenantReference, deviceId: string, message: string) =>
    key(`${tenant}#taken#${deviceId}`, hashed(message)),
};
