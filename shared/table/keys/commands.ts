import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Commands to devices, in the Main table. */
export const commandKeys = {
  command: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#command#${deviceId}`, id),
  commands: (tenant: TenantReference, deviceId: string) => partition(`${tenant}#command#${deviceId}`),
  /** The payload of a command, and the response of its device. */
  commandBody: (tenant: TenantReference, deviceId: string, id: string) => key(`${tenant}#command-body#${deviceId}`, id),
};
