import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { startTrips } from '../../shared/trips/start.ts';
import { Trip, TripDraft } from '../../shared/trips/wire.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/sessions',
  operationId: 'startTrackingSession',
  summary: 'Start a tracking session of a device',
  description:
    'The points that the device records from `startedAt` on belong to the session, whenever they arrive; points that ' +
    'are already stored are counted. A device has at most one open session.',
  scope: 'locations:write',
  uses: { trips: startTrips },
  body: TripDraft,
  success: { 201: Trip },
  entityTag: false,
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, params, caller, once, trips }) => ({
  status: 201,
  body: await trips.start(caller, params.id, body, once),
}));
