import type { TenantReference } from '../../tenancy/tenant.ts';
import { key } from '../key.ts';

/** Replays of quarantined items, in the Main table: the request, and its progress. */
export const replayKeys = {
  request: (tenant: TenantReference, replayId: string) => key(`${tenant}#replay#${replayId}`, 'request'),
  progress: (tenant: TenantReference, replayId: string) => key(`${tenant}#replay#${replayId}`, 'progress'),
};
