import { GeofenceCheckRequest, GeofenceCheckResponse } from '../../shared/geofences/check-wire.ts';
import { checkGeofences } from '../../shared/geofences/checker.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/geofences/check',
  operationId: 'checkGeofences',
  summary: 'List the active geofences that contain a point, nearest first',
  description:
    'The check is stateless and exact: there is no cooldown and no trigger filter, nothing is recorded, and no action runs.',
  scope: 'geofences:read',
  uses: { index: checkGeofences },
  body: GeofenceCheckRequest,
  maxBodyBytes: 8 * 1024,
  success: { 200: GeofenceCheckResponse },
  invalid: 400,
  problems: [],
});

export const handler = serve(route, {
  ahead: ({ body, claim, signal, index }) => index.candidates(claim.tenant, body.latitude, body.longitude, signal),

  handler: async ({ body, tenant, index, ahead: candidates }) => {
    const { latitude, longitude, customerId = null } = body;
    const { matches, truncated } = await index.matches(tenant, latitude, longitude, candidates);
    const found = { customerId, latitude, longitude, count: matches.length, matches: [...matches] };
    return { status: 200, body: truncated ? { ...found, truncated } : found };
  },
});
