import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { readTrips } from '../../shared/trips/read.ts';
import { Trip } from '../../shared/trips/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/sessions/{sessionId}',
  operationId: 'getTrackingSession',
  summary: 'Get a tracking session of a device',
  scope: 'locations:read',
  uses: { trips: readTrips },
  success: { 200: Trip },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, trips }) => ({
  status: 200,
  body: await trips.get(caller, params.id, params.sessionId),
}));
