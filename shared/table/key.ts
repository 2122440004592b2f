/** What rows are found by. For `keys.ts` and `device-keys.ts`, which bind each key to a tenant, and nobody else. */

declare const brand: unique symbol;
export interface Key {
  readonly pk: string;
  readonly sk: string;
  readonly [brand]: true;
}

/** All rows under one partition key. */
export type Partition = string & { readonly [brand]: 'partition' };

export const key = (pk: string, sk: string): Key => ({ pk, sk }) as Key;
export const partition = (pk: string): Partition => pk as Partition;
