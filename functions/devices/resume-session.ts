import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { resumeTrips } from '../../shared/trips/pause.ts';
import { Trip } from '../../shared/trips/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/sessions/{sessionId}/resume',
  operationId: 'resumeTrackingSession',
  summary: 'Resume a tracking session',
  description: 'A session that is not paused stays as it is.',
  scope: 'locations:write',
  uses: { trips: resumeTrips },
  success: { 200: Trip },
  entityTag: false,
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
});

export const handler = serve(route, async ({ params, caller, trips }) => ({
  status: 200,
  body: await trips.resume(caller, params.id, params.sessionId),
}));
