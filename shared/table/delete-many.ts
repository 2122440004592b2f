import { backoff } from '../aws/backoff.ts';
import { encodeItem } from './attributes.ts';
import type { Key } from './key.ts';
import { call, type Deletes } from './operations.ts';
import type { Table } from './table.ts';

/** The limit of one call. */
const batchSize = 25;
/** Calls in a row that may process nothing before this fails: some half a minute of throttling. */
const mostIdle = 60;

/** Deletes rows, present or not, in batches. For the operator. */
export async function deleteMany(table: Table, keys: readonly Key[]): Promise<void> {
  for (let i = 0; i < keys.length; i += batchSize) await deleteBatch(table, keys.slice(i, i + batchSize));
}

async function deleteBatch(table: Table, keys: readonly Key[]): Promise<void> {
  let pending: Deletes = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: encodeItem({ pk, sk }) } }));
  for (let idle = 0; pending.length > 0; ) {
    const answer = await call('BatchWriteItem', { RequestItems: { [table.name]: pending } });
    const left = answer.UnprocessedItems?.[table.name] ?? [];
    idle = left.length < pending.length ? 0 : idle + 1;
    if (idle === mostIdle) throw new Error(`The table ${table.name} processes no deletes: it is throttled`);
    if (left.length > 0) await backoff(idle + 1);
    pending = left;
  }
}
