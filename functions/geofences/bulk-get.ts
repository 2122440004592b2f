import { readBatches } from '../../shared/bulk/reader.ts';
import { BulkStatus } from '../../shared/bulk/status-wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences/bulk/{batch_id}',
  operationId: 'getBulkBatch',
  summary: 'Show the progress of a batch',
  description: 'Only for batches that were sent with `Prefer: respond-async`. A batch is kept for 7 days.',
  scope: 'geofences:write',
  uses: { batches: readBatches },
  success: { 200: BulkStatus },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, batches }) => ({
  status: 200,
  body: await batches.status(tenant, params.batch_id),
}));
