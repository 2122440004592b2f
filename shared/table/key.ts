import { createHash } from 'node:crypto';

/**
 * The types of keys, and the functions that build them. Only the files of `keys/` build keys, and each of their
 * builders takes the tenant first, so no code can express a read or a write that is not bound to a tenant. Each family
 * of keys has its own file, so that a function is bundled with the families that it uses, and a new family changes no
 * other function.
 */

declare const brand: unique symbol;
export interface Key {
  readonly pk: string;
  readonly sk: string;
  readonly [brand]: true;
}

/** All rows under one partition key. */
export type Partition = string & { readonly [brand]: 'partition' };

/** All entries of an index under one partition value. */
export interface IndexPartition {
  readonly index: string;
  readonly partitionAttribute: string;
  readonly sortAttribute: string;
  readonly value: string;
}

export const key = (pk: string, sk: string): Key => ({ pk, sk }) as Key;
export const partition = (pk: string): Partition => pk as Partition;

/** The key of a row that was read. */
export const keyOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): Key => key(pk, sk);

/** The tenant with which the key of a row begins, as it is written there. */
export const tenantIn = ({ pk }: { readonly pk: string }): string => pk.split('#', 1)[0]!;

/** A number in a sort key, in the order of numbers. */
export const padded = (number: number): string => String(number).padStart(6, '0');

/** For parts of a key that may hold any characters. */
export const hashed = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** The shard of a subject, which always has the same one. */
export const shardOf = (shards: number, subject: string): number =>
  createHash('sha256').update(subject).digest().readUInt32BE() % shards;

/** For several such parts; different lists have different hashes. */
export const hashedAll = (parts: readonly string[]): string => hashed(JSON.stringify(parts));
