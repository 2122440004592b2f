import * as z from 'zod';
import { batchId, exampleResults, results } from './wire.ts';

/** The progress of an asynchronous batch. */
export const BulkStatus = z
  .object({
    batch_id: batchId,
    status: z.enum(['processing', 'completed', 'aborted']),
    processed: z.int().meta({ description: 'Number of items that have a result.' }),
    total: z.int(),
    results,
    error_code: z.literal('DUPLICATE_GEOFENCE').optional().meta({ description: 'Only for `aborted`.' }),
  })
  .meta({
    id: 'BulkStatus',
    example: {
      batch_id: '0b81c5d2-6f2e-4c3b-9a51-3f2d6c0e8b11',
      status: 'processing',
      processed: 3,
      total: 500,
      results: exampleResults,
    },
  });
