import { checkGeofenceBatches } from '../../shared/geofences/batch-checker.ts';
import { GeofenceBatchRequest, GeofenceBatchResponse, mostPoints } from '../../shared/geofences/check-wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/check/batch',
  operationId: 'checkGeofenceBatch',
  summary: 'List the active geofences that contain each of many points',
  description:
    'Checks each point like `POST /geofences/check` and lists at most 20 of its matches, nearest first. Counts as one request. An invalid ' +
    'point gets an error beside the other results.',
  scope: 'geofences:read',
  batch: { field: 'points', most: () => mostPoints },
  uses: { index: checkGeofenceBatches },
  body: GeofenceBatchRequest,
  success: { 200: GeofenceBatchResponse },
  problems: [],
  // Points that are far apart need six queries each.
  memoryMegabytes: 1024,
  timeoutSeconds: 20,
});

export const handler = serve(route, async ({ body, tenant, index }) => ({
  status: 200,
  body: { results: await index.check(tenant, body) },
}));
