import type { TenantReference } from '../../tenancy/tenant.ts';
import { key, partition } from '../key.ts';

/** The end of the partition keys of outbox rows; the filter of the stream uses it. */
export const outboxSuffix = '#outbox';

const shardOf = (tenant: TenantReference, shard: number): string =>
  (shard > 0 ? `${tenant}#${shard}` : tenant) + outboxSuffix;

/** Events, in the Main table, spread over as many partitions as the outbox of the workspace has shards. */
export const outboxKeys = {
  event: (tenant: TenantReference, shard: number, eventId: string) => key(shardOf(tenant, shard), eventId),
  /** An event for webhooks, workflows and the timeline that is not an entry of the audit log. */
  published: (tenant: TenantReference, shard: number, eventId: string) =>
    key(`${tenant}#published#${shard}${outboxSuffix}`, eventId),
  allPublished: (tenant: TenantReference, shard: number) => partition(`${tenant}#published#${shard}${outboxSuffix}`),
  events: (tenant: TenantReference, shard: number) => partition(shardOf(tenant, shard)),
};
