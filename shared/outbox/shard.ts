import { createHash } from 'node:crypto';
import type { Tenant } from '../tenancy/tenant.ts';

/**
 * The shard of what concerns one subject, such as an object or a device. A subject always has the same one, since a
 * stream keeps the order of rows only within a partition.
 */
export function shardOf({ outboxShards }: Pick<Tenant, 'outboxShards'>, subject: string): number {
  return createHash('sha256').update(subject).digest().readUInt32BE() % outboxShards;
}
