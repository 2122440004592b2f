import { readGeofences } from '../../shared/geofences/reader.ts';
import { Geofence } from '../../shared/geofences/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/geofences/{id}',
  operationId: 'getGeofence',
  summary: 'Get a geofence',
  scope: 'geofences:read',
  uses: { geofences: readGeofences },
  success: { 200: Geofence },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, tenant, geofences }) => ({
  status: 200,
  body: await geofences.get(tenant, params.id),
}));
