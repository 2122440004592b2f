import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** What ingest must know of the components and sensors of a device, in one partition of the Telemetry table. */
export const seriesKeys = {
  component: (tenant: TenantReference, deviceId: string, componentId: string) =>
    key(`${tenant}#series#${deviceId}`, `component#${componentId}`),
  sensor: (tenant: TenantReference, deviceId: string, componentId: string, name: string) =>
    key(`${tenant}#series#${deviceId}`, `sensor#${componentId}#${name}`),
  /** The last value of a sensor, if it is too long for the row of the sensor. */
  last: (tenant: TenantReference, sensorId: string) => key(`${tenant}#last#${sensorId}`, 'value'),
  ofDevice: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#series#${deviceId}`),
};
