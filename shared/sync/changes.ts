import { newId } from '../table/ids.ts';
import { syncPlanKeys } from '../table/keys/sync-plans.ts';
import { pack, unpack } from '../table/packed.ts';
import { Table } from '../table/table.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { Change, Pending } from './change.ts';
import { type SyncPlanRow, ttlOf } from './record.ts';

/** The changes of a sync plan as rows, packed in chunks. A change is identified by its number in the order of the plan. */

export type Entry = Change | Pending;

const chunkEntries = 100;
/**
 * The most bytes of JSON in a chunk, unless a single change is larger: two polygons with the most positions are 540 kB,
 * which are packed into 240.
 */
const chunkBytes = 256 * 1024;
/** Number of chunks that are read together. */
const portionChunks = 4;

const main = new Table('main');

export interface Written extends Pick<SyncPlanRow, 'attempt' | 'sizes' | 'counts'> {
  /** Number of entries that wait for their address. */
  readonly pending: number;
}

/**
 * Writes changes as they arrive, under an attempt of their own.
 *
 * @param entries `unchanged` is counted and not written
 */
export async function writeChanges(
  tenant: TenantReference,
  plan: Pick<SyncPlanRow, 'id' | 'keptUntil'>,
  entries: AsyncIterable<Entry | 'unchanged'>,
): Promise<Written> {
  const attempt = newId(Date.now());
  const sizes: number[] = [];
  const counted = { create: 0, update: 0, delete: 0, unchanged: 0, error: 0, pending: 0 };
  let [chunk, bytes]: [Entry[], number] = [[], 0];
  const flush = async () => {
    const key = syncPlanKeys.changes(tenant, plan.id, attempt, sizes.length);
    await main.put(key, { changes: pack(chunk), ttl: ttlOf(plan) });
    sizes.push(chunk.length);
    [chunk, bytes] = [[], 0];
  };
  for await (const entry of entries) {
    counted[entry === 'unchanged' ? entry : entry.op] += 1;
    if (entry === 'unchanged') continue;
    const size = Buffer.byteLength(JSON.stringify(entry));
    if (chunk.length > 0 && (chunk.length === chunkEntries || bytes + size > chunkBytes)) await flush();
    chunk.push(entry);
    bytes += size;
  }
  if (chunk.length > 0) await flush();
  const { pending, ...counts } = counted;
  return { attempt, sizes, counts, pending };
}

export const total = ({ sizes }: Pick<SyncPlanRow, 'sizes'>): number => sizes.reduce((sum, size) => sum + size, 0);

export interface Numbered<E extends Entry = Change> {
  readonly number: number;
  readonly change: E;
}

type Span = readonly [from: number, to: number];

/** The changes whose numbers are at least `from` and less than `to`, a few chunks at a time. */
export async function* readChanges<E extends Entry = Change>(
  tenant: TenantReference,
  plan: Pick<SyncPlanRow, 'id' | 'attempt' | 'sizes'>,
  [from, to]: Span = [0, Number.POSITIVE_INFINITY],
): AsyncGenerator<Numbered<E>[]> {
  let end = 0;
  const chunks = plan.sizes.map((size, chunk) => {
    end += size;
    return { chunk, first: end - size, end };
  });
  const wanted = chunks.filter((one) => one.end > from && one.first < to);
  for (let i = 0; i < wanted.length; i += portionChunks) {
    const portion = wanted.slice(i, i + portionChunks);
    const keys = portion.map(({ chunk }) => syncPlanKeys.changes(tenant, plan.id, plan.attempt, chunk));
    const rows = await main.getMany<{ changes: Uint8Array }>(keys);
    yield rows.flatMap((row, k) => {
      if (!row) throw new Error(`Plan ${plan.id} lacks changes`);
      const { first } = portion[k]!;
      const numbered = unpack<E[]>(row.changes).map((change, j) => ({ number: first + j, change }));
      return numbered.filter(({ number }) => number >= from && number < to);
    });
  }
}
