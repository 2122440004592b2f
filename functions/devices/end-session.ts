import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { endTrips } from '../../shared/trips/end.ts';
import { Trip } from '../../shared/trips/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/sessions/{sessionId}/end',
  operationId: 'endTrackingSession',
  summary: 'End a tracking session',
  description:
    'Points that arrive later still belong to it if the device recorded them before. Ending a session is idempotent.',
  scope: 'locations:write',
  uses: { trips: endTrips },
  success: { 200: Trip },
  entityTag: false,
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, trips }) => ({
  status: 200,
  body: await trips.end(caller, params.id, params.sessionId),
}));
