import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { DevicePoints, mostPoints } from '../../shared/locations/given.ts';
import { reportLocationBatches } from '../../shared/tracking/report-batch.ts';
import { IngestReceipt } from '../../shared/tracking/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/locations/batch',
  operationId: 'reportLocationBatch',
  summary: 'Report where many devices are or were',
  description:
    'Send up to 1,000 points, each with the `deviceId` or the `deviceExternalId` of its device. They are stored and checked ' +
    'against the geofences within seconds. Each point stands alone: `errors` lists those that are refused.',
  scope: 'locations:write',
  limit: 'ingest',
  batch: { most: () => mostPoints },
  uses: { locations: reportLocationBatches },
  body: DevicePoints,
  success: { 202: IngestReceipt },
  problems: ['QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  timeoutSeconds: 20,
});

export const handler = serve(route, ({ body, caller, locations }) => locations.report(caller, body));
