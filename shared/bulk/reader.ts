import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { notFound } from '../problems/problem.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { readBatch, readDecided } from './record.ts';
import { progressOf, resultsOf } from './results.ts';
import type { BulkStatus } from './status-wire.ts';

class BatchReader {
  /** The progress of an asynchronous batch. */
  async status({ reference }: Tenant, id: string): Promise<z.input<typeof BulkStatus>> {
    const batch = await readBatch(reference, id);
    if (!batch || batch.deadlines) throw notFound('batch');
    const results = resultsOf(batch, await readDecided(reference, batch));
    return { ...progressOf(batch, results), results };
  }
}

export const readBatches = defineCapability({
  tables: { main: ['GetItem', 'Query'] },
  open: () => new BatchReader(),
});
