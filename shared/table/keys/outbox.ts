import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Partition keys of outbox rows end so; the stream's filter goes by it. */
export const outboxSuffix = '#outbox';

/** What happened, in the Main table. */
export const outboxKeys = {
  event: (tenant: TenantReference, eventId: string) => key(tenant + outboxSuffix, eventId),
  events: (tenant: TenantReference) => partition(tenant + outboxSuffix),
};
