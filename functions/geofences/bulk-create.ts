import { submitBatches } from '../../shared/bulk/submitter.ts';
import { BulkAccepted, BulkCreateRequest, BulkCreateResponse } from '../../shared/bulk/wire.ts';
import { lookUpLimit } from '../../shared/geocoding/budget.ts';
import { acceptedHeaders, prefersAsync } from '../../shared/http/request.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { mostItemsOf } from '../../shared/tenancy/workspace-record.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/bulk',
  operationId: 'bulk_create_geofences',
  summary: 'Create geofences from addresses',
  description:
    'Each address is geocoded and becomes a circle. 201 means that the batch was processed: each result shows the outcome of its item. ' +
    'Items that take longer than 26 seconds are reported as not done and can be sent again; with `Prefer: respond-async` there is no such limit. ' +
    lookUpLimit,
  scope: 'geofences:write',
  feature: 'BULK_IMPORT',
  limit: 'bulk',
  batch: { field: 'items', most: mostItemsOf },
  malformed: 422,
  uses: { batches: submitBatches },
  body: BulkCreateRequest,
  success: { 201: BulkCreateResponse, 202: BulkAccepted },
  problems: ['DUPLICATE_GEOFENCE'],
  idempotent: true,
  respondsAsync: true,
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body, caller, once, batches, request }) => {
  if (!prefersAsync(request)) return { status: 201, body: { results: await batches.create(caller, body, once) } };
  const { batch, results } = await batches.accept(caller, body, once);
  const url = `${request.origin}${request.path}/${batch.id}`;
  return {
    status: 202,
    body: { batch_id: batch.id, status_url: url, results },
    headers: { Location: url, ...acceptedHeaders(request) },
  };
});
