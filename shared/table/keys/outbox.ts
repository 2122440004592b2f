import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** Partition keys of outbox rows end so; the stream's filter goes by it. */
export const outboxSuffix = '#outbox';

const shardOf = (tenant: TenantReference, shard: number): string =>
  (shard > 0 ? `${tenant}#${shard}` : tenant) + outboxSuffix;

/** What happened, in the Main table, spread over as many partitions as a workspace has shards of its outbox. */
export const outboxKeys = {
  event: (tenant: TenantReference, shard: number, eventId: string) => key(shardOf(tenant, shard), eventId),
  events: (tenant: TenantReference, shard: number) => partition(shardOf(tenant, shard)),
};
