import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { patchTrips } from '../../shared/trips/patch.ts';
import { Trip, TripPatch } from '../../shared/trips/wire.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/devices/{id}/sessions/{sessionId}',
  operationId: 'patchTrackingSession',
  summary: 'Change name, metadata or notes of a tracking session',
  description: 'Absent fields stay as they are, `null` clears a field, `metadata` is replaced whole.',
  scope: 'locations:write',
  uses: { trips: patchTrips },
  body: TripPatch,
  success: { 200: Trip },
  entityTag: false,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, trips }) => ({
  status: 200,
  body: await trips.patch(caller, params.id, params.sessionId, body, ifMatch),
}));
