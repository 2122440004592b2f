import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Replays of quarantined items, in the Main table: what is asked for, and how far it is. */
export const replayKeys = {
  request: (tenant: TenantReference, replayId: string) => key(`${tenant}#replay#${replayId}`, 'request'),
  progress: (tenant: TenantReference, replayId: string) => key(`${tenant}#replay#${replayId}`, 'progress'),
};
