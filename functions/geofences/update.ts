import { changeGeofences } from '../../shared/geofences/update.ts';
import { Geofence, GeofenceUpdate } from '../../shared/geofences/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PUT',
  path: '/api/v1/geofences',
  operationId: 'updateGeofence',
  summary: 'Change the given fields of a geofence named in the body',
  prefer: 'PATCH /api/v1/geofences/{id}',
  scope: 'geofences:write',
  uses: { geofences: changeGeofences },
  body: GeofenceUpdate,
  success: { 200: Geofence },
  invalid: 400,
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'EXTERNAL_ID_EXISTS', 'QUOTA_EXCEEDED'],
});

export const handler = serve(route, async ({ body: { id, ...fields }, caller, ifMatch, geofences }) => ({
  status: 200,
  body: await geofences.update(caller, id, fields, 'patch', ifMatch),
}));
