import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { pauseTrips } from '../../shared/trips/pause.ts';
import { Trip } from '../../shared/trips/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/sessions/{sessionId}/pause',
  operationId: 'pauseTrackingSession',
  summary: 'Pause a tracking session',
  description:
    'Points that the device records until the session is resumed belong to no session. Pausing is idempotent.',
  scope: 'locations:write',
  uses: { trips: pauseTrips },
  success: { 200: Trip },
  entityTag: false,
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
});

export const handler = serve(route, async ({ params, caller, trips }) => ({
  status: 200,
  body: await trips.pause(caller, params.id, params.sessionId),
}));
