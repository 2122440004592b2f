import { createHash } from 'node:crypto';
import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, type IndexPartition, type Key, key } from '../key.ts';

/** The index of due work: `due` is its partition, `dueAt` (milliseconds since 1970) its sort key. */
export const dueIndex = 'due';

/**
 * Shards of due work. No other key begins without a tenant; these do, since one sweep reads the due work of all
 * tenants. There are enough shards that rows that are all due at one instant do not overload one partition of the
 * index.
 */
const dueShards = 8;
const dueShard = (number: number): string => `due#${number}`;

/** Only for the sweeper of due work. */
export const duePartitions = (): readonly IndexPartition[] =>
  Array.from({ length: dueShards }, (_, number) => ({
    index: dueIndex,
    partitionAttribute: 'due',
    sortAttribute: 'dueAt',
    value: dueShard(number),
  }));

/** The partition of the due index to which a row belongs. */
export function dueShardOf({ pk, sk }: Key): string {
  const [byte = 0] = createHash('sha256').update(`${pk}\n${sk}`).digest();
  return dueShard(byte % dueShards);
}

/**
 * Work that is due later, in the Main table. It is spread over some thousand partitions: at the beginning of an hour, all devices
 * of a workspace may schedule something at once. Only the index finds it again.
 */
export const dueKeys = {
  /** Due work about `subject`; see `shared/due`. */
  due: (tenant: TenantReference, subject: string) => key(`${tenant}#due#${hashed(subject).slice(0, 2)}`, subject),
};
