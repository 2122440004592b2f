import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { problem } from '../problems/problem.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { readBatch, readDecided } from './record.ts';
import { resultsOf } from './results.ts';
import type { BulkStatus } from './status-wire.ts';

class BatchReader {
  /** How far a batch is that nobody waits for. */
  async status({ reference }: Tenant, id: string): Promise<z.input<typeof BulkStatus>> {
    const batch = await readBatch(reference, id);
    if (!batch || batch.deadlines) throw problem('NOT_FOUND', 'No batch has this id.', { resource: 'batch' });
    const results = resultsOf(batch, await readDecided(reference, batch));
    const { state, total } = batch;
    const facts = { batch_id: id, processed: results.length, total, results };
    if (state === 'aborted') return { ...facts, status: 'aborted', error_code: 'DUPLICATE_GEOFENCE' };
    return { ...facts, status: state === 'completed' ? 'completed' : 'processing' };
  }
}

export const readBatches = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  open: () => new BatchReader(),
});
