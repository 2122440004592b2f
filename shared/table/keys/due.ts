import { createHash } from 'node:crypto';
import type { TenantReference } from '../../tenancy/tenant.ts';
import { type IndexPartition, type Key, key } from '../key.ts';

/** The index of what is due: `due` is its partition, `dueAt` (milliseconds since 1970) its sort key. */
export const dueIndex = 'due';

/**
 * Shards of what is due. They are the only key that no tenant begins, since one sweep asks for all tenants. There are
 * enough of them that what is written for one instant does not fill what one partition of the index takes.
 */
const dueShards = 8;
const dueShard = (number: number): string => `due#${number}`;

/** For the sweeper of what is due, and nobody else. */
export const duePartitions = (): readonly IndexPartition[] =>
  Array.from({ length: dueShards }, (_, number) => ({
    index: dueIndex,
    partitionAttribute: 'due',
    sortAttribute: 'dueAt',
    value: dueShard(number),
  }));

/** Where in the index of what is due a row stands. */
export function dueShardOf({ pk, sk }: Key): string {
  const [byte = 0] = createHash('sha256').update(`${pk}\n${sk}`).digest();
  return dueShard(byte % dueShards);
}

/** What is to happen later, in the Main table. */
export const dueKeys = {
  /** What is to happen later about `subject`; see `shared/due`. */
  due: (tenant: TenantReference, subject: string) => key(`${tenant}#due`, subject),
};
