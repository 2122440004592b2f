import { PreviewRequest, PreviewResponse } from '../../shared/bulk/preview-wire.ts';
import { previewBatches } from '../../shared/bulk/previewer.ts';
import { lookUpLimit } from '../../shared/geocoding/budget.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { mostItemsOf } from '../../shared/tenancy/workspace-record.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/preview',
  operationId: 'previewGeofences',
  summary: 'Show where addresses lie and which are duplicates',
  description:
    'For imports that are reviewed first: writes nothing. Send the rows to keep, corrected or not, to `POST /geofences/bulk`, with ' +
    '`input_address` as `address`; rows with `lat` and `lng` are not geocoded again. To look up one row again, send it as the only item. ' +
    lookUpLimit,
  scope: 'geofences:write',
  feature: 'BULK_IMPORT',
  limit: 'preview',
  batch: { field: 'items', most: mostItemsOf },
  uses: { batches: previewBatches },
  body: PreviewRequest,
  success: { 200: PreviewResponse },
  problems: ['GEOCODER_UNAVAILABLE'],
  timeoutSeconds: 29,
});

export const handler = serve(route, async ({ body, caller, batches }) => ({
  status: 200,
  body: await batches.preview(caller, body),
}));
