import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** What ingest must know of the components and sensors of a device, in one partition of the Telemetry table. */
export const seriesKeys = {
  component: (tenant: TenantReference, deviceId: string, componentId: string) =>
    key(`${tenant}#series#${deviceId}`, `component#${componentId}`),
  sensor: (tenant: TenantReference, deviceId: string, componentId: string, name: string) =>
    key(`${tenant}#series#${deviceId}`, `sensor#${componentId}#${name}`),
  ofDevice: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#series#${deviceId}`),
};
