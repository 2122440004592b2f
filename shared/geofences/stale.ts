import type { Cell } from '../geo/cells.ts';
import { cellKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FenceIndex } from './fence.ts';
import { sweepDelaySeconds, waveMilliseconds } from './timing.ts';

/** Removing stale postings. It is separate from building postings, because that needs all of H3. */

const cells = new Table('cells');

export function maySweepNow(index: FenceIndex, now: number): boolean {
  return (
    index.stale.length > 0 &&
    now - index.writtenAt > sweepDelaySeconds * 1000 &&
    now - index.writtenAt > waveMilliseconds
  );
}

export function deletePostings(
  transaction: Transaction,
  tenant: TenantReference,
  id: string,
  of: readonly Cell[],
): void {
  for (const cell of of) transaction.delete(cells, cellKeys.posting(tenant, cell, id));
}
