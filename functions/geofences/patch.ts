import { changeGeofences } from '../../shared/geofences/update.ts';
import { Geofence, GeofencePatch } from '../../shared/geofences/wire.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'PATCH',
  path: '/api/v1/geofences/{id}',
  operationId: 'patchGeofence',
  summary: 'Change the given fields of a geofence',
  description:
    'Absent fields stay as they are, `null` clears a field that may be empty, arrays and objects are replaced whole.',
  scope: 'geofences:write',
  uses: { geofences: changeGeofences },
  body: GeofencePatch,
  success: { 200: Geofence },
  problems: ['NOT_FOUND', 'PRECONDITION_FAILED', 'EXTERNAL_ID_EXISTS', 'QUOTA_EXCEEDED'],
});

export const handler = serve(route, async ({ body, params, caller, ifMatch, geofences }) => ({
  status: 200,
  body: await geofences.update(caller, params.id, body, 'patch', ifMatch),
}));
