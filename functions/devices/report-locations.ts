import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { mostPoints, Points } from '../../shared/locations/given.ts';
import { reportLocations } from '../../shared/tracking/report.ts';
import { IngestReceipt, IngestResult } from '../../shared/tracking/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/locations',
  operationId: 'reportDeviceLocations',
  summary: 'Report where a device is or was',
  description:
    'Send one point, or a list of up to 1,000. Each stands alone: `errors` lists those that are refused. Up to 100 ' +
    'points that are newer than all others are stored and checked against the geofences before the answer, which lists the ' +
    'events. Otherwise the answer is 202, and this happens within seconds. A point with the time of a stored one changes ' +
    'nothing, so a request may be repeated.',
  scope: 'locations:write',
  limit: 'ingest',
  batch: { most: () => mostPoints },
  uses: { locations: reportLocations },
  body: Points,
  success: { 200: IngestResult, 202: IngestReceipt },
  problems: ['NOT_FOUND', 'QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  timeoutSeconds: 20,
});

export const handler = serve(route, ({ body, params, caller, locations }) => locations.report(caller, params.id, body));
