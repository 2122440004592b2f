import { defineCapability } from '../capability/capability.ts';
import type { Cell } from '../geo/cells.ts';
import type { SweepMessage } from '../messages/sweep-cells.ts';
import { LostRace } from '../table/faults.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { TenantReference } from '../tenancy/tenant.ts';
import type { FenceIndex } from './fence.ts';

import { type BodyRow, readBody } from './rows.ts';
import { deletePostings, maySweepNow } from './stale.ts';

const main = new Table('main');

/** Removes stale postings and shortens the list of live cells, unless the index was written since. */
export async function sweep(tenant: TenantReference, id: string, index: FenceIndex): Promise<void> {
  const transaction = new Transaction();
  deletePostings(transaction, tenant, id, index.stale);
  const none: readonly Cell[] = [];
  transaction.update(
    main,
    geofenceKeys.body(tenant, id),
    { expression: 'SET stale = :none', values: { ':none': none.join(' ') } },
    { expression: 'indexVersion = :version', values: { ':version': index.version } },
    () => new LostRace(),
  );
  await transaction.commit();
}

class Sweeper {
  /** Does nothing when the fence is gone, was written since, or was swept already. */
  async run(message: SweepMessage): Promise<void> {
    const row = await main.get<BodyRow>(geofenceKeys.body(message.tenant, message.geofenceId));
    const index = row && readBody(row).index;
    if (!index || index.version !== message.indexVersion || index.stale.length === 0) return;
    if (!maySweepNow(index, Date.now())) throw new Error('Too early to sweep: a check may still be reading');
    await sweep(message.tenant, message.geofenceId, index).catch((error: unknown) => {
      if (!(error instanceof LostRace)) throw error; // the fence was written since, and that write sends its own message
    });
  }
}

export const sweepCells = defineCapability({
  tables: { main: ['GetItem', 'UpdateItem'], cells: ['DeleteItem'] },
  open: () => new Sweeper(),
});
